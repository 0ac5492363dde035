"""run-due: what is due now is crawled once, for who has cron keep the time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import DAEMON, Archive, Held, Holder
from crawler.config import Settings
from scheduler.once import Done, run_due
from tests.site import RECIPE, Site, in_loop, settings, tech
from tests.terminal import run_apart
from tests.test_orders import TOML

HOUR = timedelta(hours=1)
OTHER = tech().model_copy(update={"name": "other"})


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with Site() as played:
        monkeypatch.setenv("http_proxy", played.address)
        played.publish(1)
        yield played


def ran(config: Settings, said: list[str] | None = None) -> Done:
    lines = [] if said is None else said
    done: Done = in_loop(run_due(config, {"tech": tech(), "other": OTHER}, lines.append))
    return done


def test_what_is_due_is_crawled_and_what_is_not_is_left(
    site: Site, tmp_path: Path, database_url: str | None
) -> None:
    config = settings(tmp_path, sources=("tech", "other"), interval=3600.0, database_url=database_url)
    with Archive.open(config.archive, database_url) as archive:
        archive.runs.set_due("other", datetime.now(UTC) + HOUR / 2, 0)
        missed = datetime.now(UTC) - 2 * HOUR
        archive.runs.set_due("tech", missed, 3)
        said: list[str] = []
        done = ran(config, said)
        assert done.is_ok
        assert list(done.outcomes) == ["tech"]
        assert any(line.endswith("; late by 2 h") for line in said)
        [run] = archive.runs.recent()
        assert (run.by, run.state) == ("run-due", "ok")
        due = archive.runs.due()
        assert due["tech"].failures == 0
        assert done.next_at == min(one.next_at for one in due.values())
        assert ran(config).outcomes == {}
        assert archive.leases.of(DAEMON) is None


def test_two_sources_of_one_domain_are_crawled_one_after_the_other(site: Site, tmp_path: Path) -> None:
    done = ran(settings(tmp_path, sources=("tech", "other"), interval=3600.0))
    assert done.is_ok
    assert set(done.outcomes) == {"tech", "other"}


def test_a_source_that_does_not_answer_is_no_success(site: Site, tmp_path: Path) -> None:
    site.pages.clear()
    config = settings(tmp_path, sources=("tech",), interval=3600.0)
    assert not ran(config).is_ok
    with Archive.read(config.archive) as archive:
        assert archive.runs.due()["tech"].failures == 1


def test_a_paused_source_is_left_alone(site: Site, tmp_path: Path) -> None:
    config = settings(tmp_path, sources=("tech",), interval=3600.0)
    with Archive.open(config.archive) as archive:
        archive.orders.give("pause", ["tech"], datetime.now(UTC))
    assert ran(config).outcomes == {}
    assert site.asked == []


def test_while_a_daemon_runs_it_says_so(site: Site, tmp_path: Path) -> None:
    config = settings(tmp_path, sources=("tech",))
    with Archive.open(config.archive) as archive:
        lease = archive.leases.take(DAEMON, Holder.here("daemon"), datetime.now(UTC))
        with pytest.raises(Held, match="`broadsheet daemon`"):
            ran(config)
        archive.leases.free(lease)


def test_as_typed(site: Site, tmp_path: Path) -> None:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "tech.toml").write_text(RECIPE, encoding="utf-8")
    (tmp_path / "broadsheet.toml").write_text(TOML)
    typed = run_apart("run-due", cwd=tmp_path, environ={"http_proxy": site.address})
    assert (typed.status, typed.err) == (0, "")
    assert "tech: 1 new" in typed.text
    assert typed.text.splitlines()[-1].startswith("1 crawled; next due: ")
    typed = run_apart("run-due", "--json", cwd=tmp_path, environ={"http_proxy": site.address})
    assert typed.status == 0
    [last] = typed.rows
    assert (last["crawled"], last["next_source"]) == (0, "tech")
