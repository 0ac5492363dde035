"""Letters on their way: over real HTTP on loopback, by webhook and by Apprise, through failures and kills."""

import asyncio
import hashlib
import hmac
import http.client
import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from archive import Archive
from crawler.config import ConfigError, Settings
from crawler.outlets import Endpoint
from scheduler.desk import Desk
from scheduler.telling import carriers as carriers_module
from scheduler.telling.carriers import NotTakenError, Webhook, carriers_of, scrubbed
from scheduler.telling.letters import of_test
from scheduler.telling.teller import Teller, used_bytes
from scheduler.watching.window import WINDOW
from tests.builders import article
from tests.forked import python
from tests.outlets import Inbox
from tests.serving import serving, until
from tests.site import Site, settings
from tests.terminal import ROOT, Terminal

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LETTER = of_test(NOW, "/srv/news")


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with Inbox() as opened:
        yield opened


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive") as opened:
        yield opened


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What libraries log."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    logging.getLogger().addHandler(handler)
    yield text
    logging.getLogger().removeHandler(handler)


def json_address(inbox: Inbox, rest: str = "hook") -> str:
    return f"json://127.0.0.1:{inbox.port}/{rest}"


class Daemon:
    """What the daemon does every few seconds; `said` is its log."""

    def __init__(self, config: Settings, archive: Archive) -> None:
        self.said: list[str] = []
        self.archive = archive
        self._teller = Teller(Desk(config, {}, archive, self.said.append), carriers_of(config))

    def look(self, *moments: datetime) -> None:
        for moment in moments:
            asyncio.run(self._teller.tell(moment))


# --- one letter ---


def test_a_webhook_gets_the_letter_as_json_signed(inbox: Inbox) -> None:
    Webhook(f"{inbox.address}/hook?a=b#c", "sixteen letters or more").carry(LETTER)
    (request,) = inbox.received
    assert (request.method, request.path) == ("POST", "/hook?a=b")
    assert request.headers["Content-Type"] == "application/json; charset=utf-8"
    assert request.headers["X-Broadsheet-Event"] == "test"
    assert request.headers["X-Broadsheet-Delivery"] == LETTER.id
    expected = hmac.new(b"sixteen letters or more", request.body, hashlib.sha256).hexdigest()
    assert request.headers["X-Broadsheet-Signature"] == f"sha256={expected}"
    assert json.loads(request.body) == LETTER.as_json()
    assert "这是一封测试信" in request.body.decode("utf-8")


def test_a_webhook_without_a_secret_is_not_signed(inbox: Inbox) -> None:
    Webhook(inbox.address).carry(LETTER)
    assert "X-Broadsheet-Signature" not in inbox.received[0].headers


def test_user_and_password_go_into_a_header(inbox: Inbox) -> None:
    Webhook(f"http://me:p%40ss@127.0.0.1:{inbox.port}/hook").carry(LETTER)
    assert inbox.received[0].headers["Authorization"] == "Basic bWU6cEBzcw=="
    assert "@" not in inbox.received[0].headers["Host"]


def test_a_redirect_is_not_followed(inbox: Inbox) -> None:
    with Inbox() as elsewhere:
        inbox.statuses, inbox.location = [307], f"{elsewhere.address}/taken"
        with pytest.raises(NotTakenError, match="it answers 307; redirects are not followed"):
            Webhook(inbox.address).carry(LETTER)
        assert elsewhere.received == []


def test_a_webhook_of_this_machine_is_not_sent_to_a_proxy(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    Webhook(inbox.address).carry(LETTER)
    assert len(inbox.received) == 1


def test_why_a_webhook_took_nothing_is_one_line_without_secrets(inbox: Inbox) -> None:
    inbox.statuses = [500]
    with pytest.raises(NotTakenError, match=r"^it answers 500$"):
        Webhook(f"http://me:hunter2@127.0.0.1:{inbox.port}/hunter2").carry(LETTER)
    with pytest.raises(NotTakenError) as caught:
        Webhook("http://me:hunter2@127.0.0.1:9/hunter2").carry(LETTER)
    assert str(caught.value) == "Connection refused"


def test_a_webhook_that_hangs_is_given_up(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carriers_module, "SOCKET_SECONDS", 0.2)
    inbox.held = threading.Event()
    with pytest.raises(NotTakenError, match="it does not answer in time"):
        Webhook(inbox.address).carry(LETTER)


def test_apprise_gets_subject_and_text(inbox: Inbox, tmp_path: Path) -> None:
    (carrier,) = carriers_of(settings(tmp_path, tell=(json_address(inbox),)))
    carrier.carry(LETTER)
    sent = json.loads(inbox.received[0].body)
    assert sent["title"] == "Broadsheet: a test"
    assert "这是一封测试信" in sent["message"]


def test_why_apprise_took_nothing_is_one_line_without_secrets(
    inbox: Inbox, tmp_path: Path, logged: io.StringIO
) -> None:
    inbox.statuses = [500]
    address = f"json://me:hunter2@127.0.0.1:{inbox.port}/hunter3/?+X-Token=hunter4"
    (carrier,) = carriers_of(settings(tmp_path, tell=(address,)))
    with pytest.raises(NotTakenError, match=r"error=500") as caught:
        carrier.carry(LETTER)
    said = f"{caught.value} {carrier.name} {carrier.key} {carrier!r} {logged.getvalue()}"
    assert "hunter" not in said
    assert carrier.name == "tell 1 (json)"


def test_nothing_of_an_address_is_left_in_what_is_said() -> None:
    address = "feishu://a1b2c3d4/ü%20secret?key=sesame"
    said = scrubbed("POST https://open.example/a1b2c3d4 failed: ü secret; %C3%BC%20secret\nsesame", address)
    assert said == "POST https://open.example/… failed: …; … …"


def test_an_address_that_apprise_does_not_know_is_named_by_its_place(
    tmp_path: Path, logged: io.StringIO
) -> None:
    with pytest.raises(ConfigError, match=r"^tell: address 2 \(nosuch://…\) is none that Apprise can use"):
        carriers_of(settings(tmp_path, tell=("json://127.0.0.1/", "nosuch://hunter2")))
    assert logged.getvalue() == ""


def test_where_apprise_is_missing_it_is_said_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ConfigError, match=r'pip install "broadsheet\[tell\]"'):
        carriers_of(settings(tmp_path, tell=("json://127.0.0.1/",)))
    assert len(carriers_of(settings(tmp_path, webhook="http://127.0.0.1/"))) == 1


# --- alarms ---


def test_an_alarm_is_told_once_and_so_is_its_end(inbox: Inbox, archive: Archive, tmp_path: Path) -> None:
    daemon = Daemon(settings(tmp_path, webhook=inbox.address, tell=(json_address(inbox, "a"),)), archive)
    archive.alarms.raise_("huxiu", "silence", "", "九小时没有新文章", NOW - HOUR, NOW)
    daemon.look(NOW, NOW + MINUTE, NOW + 2 * MINUTE)
    assert sorted(request.path for request in inbox.received) == ["/", "/a"]
    archive.alarms.clear("huxiu", "silence", "", NOW + HOUR)
    daemon.look(NOW + HOUR, NOW + HOUR + MINUTE, NOW + 2 * HOUR)
    hooks = [json.loads(request.body) for request in inbox.received if request.path == "/"]
    assert [(len(one["raised"]), len(one["cleared"])) for one in hooks] == [(1, 0), (0, 1)]
    assert hooks[0]["raised"][0] == {
        "source": "huxiu",
        "kind": "silence",
        "subject": None,
        "cause": "九小时没有新文章",
        "since": "2026-11-24T02:00:00Z",
        "raised_at": "2026-11-24T03:00:00Z",
        "cleared_at": None,
        "times": 1,
    }
    (row,) = archive.alarms.recent()
    assert (row.told_at, row.clear_told_at) == (NOW + MINUTE, NOW + HOUR + MINUTE)
    assert daemon.said == []


def test_a_letter_that_nobody_took_is_tried_again_with_what_came_since(
    inbox: Inbox, archive: Archive, tmp_path: Path
) -> None:
    inbox.statuses = [500, 503]
    daemon = Daemon(settings(tmp_path, webhook=inbox.address), archive)
    archive.alarms.raise_("a", "silence", "", "nothing new", NOW, NOW)
    daemon.look(NOW + MINUTE, NOW + 1.5 * MINUTE)
    assert len(inbox.received) == 1
    archive.alarms.raise_("b", "silence", "", "nothing new", NOW, NOW)
    daemon.look(NOW + 2 * MINUTE, NOW + 3 * MINUTE, NOW + 4 * MINUTE, NOW + 5 * MINUTE)
    assert [len(json.loads(request.body)["raised"]) for request in inbox.received] == [1, 2, 2]
    assert daemon.said == [
        "webhook (127.0.0.1): a letter was not taken: it answers 500; it is tried again",
        "webhook (127.0.0.1): letters go again",
    ]
    assert archive.alarms.untold() == ([], [])


def test_who_fails_gets_the_letter_later_and_the_others_once(
    inbox: Inbox, archive: Archive, tmp_path: Path
) -> None:
    config = settings(tmp_path, webhook=inbox.address, tell=("json://127.0.0.1:9/hunter2",))
    archive.alarms.raise_("a", "silence", "", "nothing new", NOW, NOW)
    daemon = Daemon(config, archive)
    daemon.look(NOW + MINUTE, NOW + 3 * MINUTE)
    assert len(inbox.received) == 1
    assert [line for line in daemon.said if "hunter2" in line] == []
    assert len(daemon.said) == 1
    with Inbox() as late:
        fixed = settings(tmp_path, webhook=inbox.address, tell=(f"json://127.0.0.1:{late.port}/hunter2",))
        daemon = Daemon(fixed, archive)  # another address is another carrier: the letter is not for it
        daemon.look(NOW + 10 * MINUTE)
        assert late.received == []
    assert len(inbox.received) == 1


def test_a_letter_waits_through_a_restart_for_who_failed(
    inbox: Inbox, archive: Archive, tmp_path: Path
) -> None:
    with Inbox() as other:
        other.statuses = [500]
        config = settings(tmp_path, webhook=inbox.address, tell=(json_address(other),))
        archive.alarms.raise_("a", "silence", "", "nothing new", NOW, NOW)
        Daemon(config, archive).look(NOW + MINUTE)
        Daemon(config, archive).look(NOW + 2 * MINUTE, NOW + 3 * MINUTE)
        assert (len(inbox.received), len(other.received)) == (1, 2)
    assert json.loads(archive.marks.get("letters") or "") == []


def test_a_letter_is_given_up_after_three_days(inbox: Inbox, archive: Archive, tmp_path: Path) -> None:
    config = settings(tmp_path, webhook=inbox.address, tell=("json://127.0.0.1:9/",))
    archive.alarms.raise_("a", "silence", "", "nothing new", NOW, NOW)
    daemon = Daemon(config, archive)
    daemon.look(NOW + MINUTE, NOW + 73 * HOUR)
    assert daemon.said[-1] == "tell 1 (json): 1 letters are given up"
    assert json.loads(archive.marks.get("letters") or "") == []


def test_one_that_hangs_holds_up_nobody_and_has_one_thread(
    inbox: Inbox, archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.telling.post.CARRY_SECONDS", 2.0)
    before = set(threading.enumerate())
    with Inbox() as slow:
        slow.held = threading.Event()
        config = settings(tmp_path, webhook=inbox.address, tell=(json_address(slow) + "?rto=60",))
        daemon = Daemon(config, archive)
        for number in range(5):
            archive.alarms.raise_(f"s{number}", "silence", "", "nothing new", NOW, NOW + number * HOUR)
            daemon.look(NOW + number * HOUR + MINUTE)
        assert len(inbox.received) == 5
        assert len(slow.received) == 1
        own = [one for one in threading.enumerate() if one.name == "aside" and one not in before]
        for one in own:
            one.join(1.0)  # what is done may not have ended yet
        assert sum(one.is_alive() for one in own) == 1
    assert daemon.said == [
        "tell 1 (json): a letter was not taken: it was not done within 2 s; it is tried again"
    ]


def test_that_one_takes_nothing_is_told_by_the_others(inbox: Inbox, archive: Archive, tmp_path: Path) -> None:
    with Inbox() as broken:
        broken.statuses = [500] * 6
        config = settings(tmp_path, webhook=inbox.address, tell=(json_address(broken),))
        daemon = Daemon(config, archive)
        archive.alarms.raise_("a", "silence", "", "nothing new", NOW, NOW)
        daemon.look(*(NOW + number * 15 * MINUTE for number in range(1, 7)))
        told = [one["kind"] for request in inbox.received for one in json.loads(request.body)["raised"]]
        assert told == ["silence", "letters"]
        (alarm,) = archive.alarms.open("")
        assert alarm.subject == "tell 1 (json)"
        assert alarm.cause.startswith("no letter is taken: ")
        assert "error=500" in alarm.cause
        daemon.look(NOW + 2 * HOUR, NOW + 3 * HOUR)
        assert archive.alarms.open("") == []
        archive.alarms.raise_("", "letters", "tell 2 (json)", "no letter is taken", NOW, NOW)
        Daemon(config, archive).look(NOW + 4 * HOUR)
        assert archive.alarms.open("") == []


def test_without_anybody_to_tell_nothing_counts_as_told(archive: Archive, tmp_path: Path) -> None:
    archive.alarms.raise_("a", "silence", "", "nothing new", NOW, NOW)
    Daemon(settings(tmp_path, daily_summary=time(8)), archive).look(NOW + HOUR)
    assert len(archive.alarms.untold()[0]) == 1
    assert archive.marks.get("summary") is None


KILLED = """
import asyncio, os, sys
from datetime import datetime
from pathlib import Path
from archive import Archive, Marks
from crawler.config import Settings
from scheduler.telling.carriers import carriers_of
from scheduler.desk import Desk
from scheduler.telling.teller import Teller

root, address, moment, deadly = sys.argv[1:]
def die_at(name, act):
    def acting(*arguments, **named):
        if name + "-before" == deadly:
            os._exit(9)
        result = act(*arguments, **named)
        if name + "-after" == deadly:
            os._exit(9)
        return result
    return acting
with Archive.open(Path(root)) as archive:
    Marks.put = die_at("put", Marks.put)
    type(archive.alarms).told = die_at("told", type(archive.alarms).told)
    config = Settings(archive=Path(root), webhook=address)
    teller = Teller(Desk(config, {}, archive, print), carriers_of(config))
    asyncio.run(teller.tell(datetime.fromisoformat(moment)))
"""


@pytest.mark.parametrize(
    ("deadly", "times"), [("put-before", 2), ("put-after", 1), ("told-before", 1), ("told-after", 1)]
)
def test_a_kill_between_the_post_and_the_note_of_it_repeats_what_was_not_noted_and_no_more(
    inbox: Inbox, tmp_path: Path, deadly: str, times: int
) -> None:
    root = tmp_path / "archive"
    with Archive.open(root) as archive:
        archive.alarms.raise_("a", "silence", "", "nothing new", NOW, NOW)
    moment = (NOW + MINUTE).isoformat()
    done = python("-c", KILLED, str(root), inbox.address, moment, deadly, cwd=ROOT).wait(60)
    assert done == 9
    with Archive.open(root) as archive:
        Daemon(settings(tmp_path, webhook=inbox.address), archive).look(NOW + 2 * MINUTE, NOW + 3 * MINUTE)
        assert archive.alarms.untold() == ([], [])
    assert len(inbox.received) == times
    assert len({request.headers["X-Broadsheet-Delivery"] for request in inbox.received}) == 1


def test_the_daemon_tells_and_is_watched(
    inbox: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Site() as site:
        monkeypatch.setenv("http_proxy", site.address)
        site.publish(1)
        config = settings(
            tmp_path,
            sources=("tech",),
            interval=3600.0,
            webhook=inbox.address,
            metrics=Endpoint("127.0.0.1", 0),
        )
        with Archive.open(config.archive) as archive:
            long_ago = datetime.now(UTC) - HOUR
            archive.alarms.raise_("", "power", "", "the battery is low", long_ago, long_ago)
        with serving(config) as served:
            watched = served.waits_for("watched at http://127.0.0.1:")
            served.waits_for("tech: 1 new")
            until(lambda: [str(request) for request in inbox.received])
            port = int(watched.split("127.0.0.1:")[1].split("/")[0])
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            asked.request("GET", "/healthz")
            assert json.loads(asked.getresponse().read())["ok"]
            asked.close()
        assert WINDOW.port is None
    with Archive.read(config.archive) as archive:
        assert archive.alarms.untold() == ([], [])


# --- the summary ---


def test_a_summary_comes_once_a_day_and_the_first_one_when_its_hour_comes(
    inbox: Inbox, archive: Archive, tmp_path: Path
) -> None:
    config = settings(tmp_path, webhook=inbox.address, daily_summary=time(8), time_zone=UTC)
    archive.add(article(1, fetched_at=NOW + HOUR))
    daemon = Daemon(config, archive)
    eight = NOW.replace(hour=8)
    daemon.look(NOW, NOW + HOUR, eight - MINUTE)
    assert inbox.received == []
    daemon.look(eight, eight + MINUTE)
    Daemon(config, archive).look(eight + HOUR)
    (sent,) = [json.loads(request.body) for request in inbox.received]
    assert sent["event"] == "summary"
    assert sent["summary"]["new"] == 1
    assert sent["summary"]["sources"][0]["source"] == "huxiu"
    Daemon(config, archive).look(eight + 27 * HOUR)  # the daemon was off at eight: late rather than never
    assert len(inbox.received) == 2
    assert json.loads(inbox.received[1].body)["summary"]["since"] == "2026-11-24T08:00:00Z"


def test_what_an_archive_takes_up_is_counted_for_a_bounded_time(archive: Archive) -> None:
    archive.add(article(1))
    assert (used_bytes(archive.root, 10) or 0) > 10_000
    assert used_bytes(archive.root, -1) is None


# --- by hand ---


def test_a_test_letter_says_of_each_address_whether_it_went(
    inbox: Inbox, broadsheet: Terminal, tmp_path: Path
) -> None:
    text = (
        f"webhook = '{inbox.address}/hunter2'\ntell = ['json://127.0.0.1:9/hunter2', '{json_address(inbox)}']"
    )
    (tmp_path / "broadsheet.toml").write_text(text)
    ran = broadsheet("tell", "--test")
    assert ran.status == 1
    lines = ran.text.splitlines()
    assert lines[0].startswith("tell 1 (json): not sent: ")
    assert lines[1:] == ["tell 2 (json): sent", "webhook (127.0.0.1): sent"]
    assert "hunter2" not in ran.text + ran.err
    assert len(inbox.received) == 2


def test_a_summary_is_printed_and_sent_by_hand(inbox: Inbox, broadsheet: Terminal, tmp_path: Path) -> None:
    (tmp_path / "broadsheet.toml").write_text(
        f"webhook = '{inbox.address}'\narchive = 'kept'\nsources = ['huxiu']"
    )
    with Archive.open(tmp_path / "kept") as archive:
        archive.add(article(1, fetched_at=datetime.now(UTC)))
    ran = broadsheet("tell", "--summary", "--dry-run")
    assert (ran.status, inbox.received) == (0, [])
    assert ": 1 new article from 1 source." in ran.text
    assert broadsheet("tell", "--summary").text == "webhook (127.0.0.1): sent\n"
    assert json.loads(inbox.received[0].body)["summary"]["new"] == 1


@pytest.mark.parametrize(
    ("text", "arguments", "says"),
    [
        ("", ("--test",), "nobody to tell; set `tell` or `webhook`"),
        ("webhook = 'http://127.0.0.1:9/'", (), "say which letter"),
        ("webhook = 'http://127.0.0.1:9/'", ("--test", "--summary"), "say which letter"),
        ("tell = ['nosuch://hunter2']", ("--test",), "tell: address 1 (nosuch://…) is none"),
    ],
)
def test_what_can_not_be_told_is_said_in_a_line(
    broadsheet: Terminal, tmp_path: Path, text: str, arguments: tuple[str, ...], says: str
) -> None:
    (tmp_path / "broadsheet.toml").write_text(text)
    complaint = broadsheet("tell", *arguments).complaint
    assert says in complaint
    assert "hunter2" not in complaint
