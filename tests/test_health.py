"""Health: a quiet life raises no alarm, and each fault is named in time and is over when it is over. All of it pure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bench import life
from bench.life import FEED, Planted, Spoil, Told, Traits, lived
from bench.posting import BEGIN, PATTERNS, Pattern, Run, played
from crawler.report import Answer, CrawlReport
from crawler.vitals import FIELDS, Vitals
from scheduler.health.health import judge
from scheduler.health.norm import Norm, Share, as_text, norm_from
from scheduler.health.quiet import is_quiet
from scheduler.health.symptoms import Seen

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVERY = timedelta(minutes=100)
KINDS = {pattern.name: pattern for pattern in PATTERNS}
GONE = Pattern("dead", "Asia/Tokyo", lambda _at, _day: 0.001)


def holiday(pattern: Pattern) -> Pattern:
    """The source with a week at a tenth of its rate."""
    rate: Callable[[datetime, int], float] = lambda at, day: (  # noqa: E731
        pattern.rate(at, day) * (0.1 if 14 <= day < 21 else 1.0)
    )
    return Pattern(pattern.name, pattern.zone, rate, pattern.bursts)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", ["steady", "office hours", "bursts", "weekly", "dead"])
def test_thirty_quiet_days_with_a_holiday_week_raise_no_alarm(name: str, seed: int) -> None:
    run = played(holiday(GONE if name == "dead" else KINDS[name]), 30, seed)
    assert lived(run, 30, EVERY, seed=seed).raised == []


AT = BEGIN + 9 * DAY + 3 * HOUR  # a Wednesday


def with_fault(spoil: Spoil, days: float = 1, *, traits: Traits | None = None) -> Told:
    """A steady source whose crawls went so for some days, from AT on."""
    planted = Planted(AT, AT + timedelta(days=days), spoil)
    return lived(steady(), int(12 + days), HOUR, traits=traits or CALM, faults=(planted,))


CALM = Traits(silent=0.0, refused=0.0, blocked=0.0)


def steady() -> Run:
    return played(KINDS["steady"], 20, 3)


@pytest.mark.parametrize(
    ("spoil", "kind", "subject", "words", "crawls"),
    [
        (life.without("author"), "field", "author", "no author on the last", 8),
        (life.without("time"), "field", "time", "no time on the last", 6),
        (life.without("body"), "field", "body", "no article's text", 6),
        (life.shortened, "field", "body", "letters of text", 6),
        (life.unlisted, "field", "links", "it has no items", 1),
        (life.answered_with(404), "field", "links", "it answers 404", 2),
        (life.answered_with(403), "blocked", "", "it answers 403", 3),
        (life.checked_at_pages, "blocked", "pages", "the check page", 6),
        (life.unanswered, "unreachable", "", "no answer in time", 3),
        (life.answered_with(502), "unreachable", "", "it answers 502", 3),
        (life.untrusted, "certificate", "", "certificate", 1),
        (life.moved, "moved", FEED, "https://news.example/rss", 1),
        (life.off_by(1800), "clock", "", "30 minutes ahead", 2),
        (life.off_by(-7200), "clock", "", "2 hours behind", 3),
        (life.flooded, "flood", "", "new articles in a day", 1),
        (life.lying, "validator lies", FEED, "without conditions", 1),
    ],
)
def test_a_fault_is_named_in_time_and_its_end_is_told(
    spoil: Spoil, kind: str, subject: str, words: str, crawls: int
) -> None:
    told = with_fault(spoil)
    assert [(fault.kind, fault.subject) for _, fault in told.raised] == [(kind, subject)]
    at, fault = told.raised[0]
    assert words in fault.cause
    # A crawl comes every 72 minutes at most, and pages are read only where there are new ones.
    assert AT <= fault.since < AT + 2.5 * HOUR
    assert at < AT + crawls * 1.3 * HOUR
    over, key = told.cleared[0]
    assert key == f"{kind} {subject}".strip()
    if kind not in ("validator lies", "flood"):
        assert AT + DAY <= over < AT + DAY + 4 * HOUR


@pytest.mark.parametrize(
    ("traits", "count"), [(Traits(author=1.0, no_article=0.0, blocked=0.0), 3), (Traits(), 6)]
)
@pytest.mark.parametrize("name", ["author", "time", "body"])
def test_a_redesign_is_named_within_one_crawl(traits: Traits, count: int, name: str) -> None:
    told = lived(steady(), 9, HOUR, traits=traits)
    seen = Seen(at=AT, report=life.without(name)(pages(count)), news=count)
    raised = judge(told.norm, seen, {}).raised
    assert [(fault.kind, fault.subject, fault.since) for fault in raised] == [("field", name, AT)]


def pages(count: int) -> CrawlReport:
    """What a crawl that read so many whole pages reports."""
    vitals = Vitals(
        read=count, filled=dict.fromkeys(FIELDS, count), letters=2500, named=30, met=count, ahead=0.0
    )
    answers = (Answer(FEED, 30),)
    return CrawlReport(source="news", started_at=AT, discovery=answers, vitals=vitals)


def turned(read: int, unread: int) -> CrawlReport:
    """The same, where so many pages after them showed no article's text."""
    report = pages(read)
    vitals = replace(report.vitals, refused={"not_an_article": unread}, last_unread=unread)
    return replace(report, vitals=vitals)


@pytest.mark.parametrize(("others", "days"), [(True, 3.0), (False, 6.0)])
def test_silence_is_named_the_sooner_if_others_publish(others: bool, days: float) -> None:
    muted = Planted(AT, AT + 8 * DAY, mutes=True)
    told = lived(steady(), 19, HOUR, traits=CALM, faults=(muted,), others_publish=others)
    assert [fault.kind for _, fault in told.raised] == ["silence"]
    at, fault = told.raised[0]
    assert AT - 6 * HOUR < fault.since <= AT + HOUR
    assert at < AT + timedelta(days=days)
    assert AT + 8 * DAY <= told.cleared[0][0] < AT + 8.5 * DAY


def test_a_silent_weekday_is_seen_before_it_is_an_alarm() -> None:
    muted = Planted(AT, AT + 8 * DAY, mutes=True)
    told = lived(steady(), 11, HOUR, traits=CALM, faults=(muted,))
    assert told.raised == []
    assert is_quiet(told.norm.quiet)


def test_one_that_stopped_writing_is_named() -> None:
    told = lived(played(KINDS["dead"], 40, 1), 40, 2 * HOUR, traits=CALM)
    at, fault = told.raised[0]
    assert fault.kind == "silence"
    assert BEGIN + 14 * DAY <= at < BEGIN + 24 * DAY


def test_what_is_broken_becomes_normal_only_after_thirty_days_and_says_so() -> None:
    planted = Planted(AT, AT + 60 * DAY, life.without("author"))
    told = lived(played(KINDS["steady"], 45, 3), 45, 3 * HOUR, traits=CALM, faults=(planted,))
    first, last = [fault.cause for _, fault in told.raised]
    assert "for 30 days" not in first
    assert "so for 30 days, it is taken as normal from now on" in last
    assert [key for _, key in told.cleared] == ["field author"]


def test_a_clock_that_jumped_raises_no_silence() -> None:
    told = lived(steady(), 9, HOUR, traits=CALM)
    assert judge(told.norm, Seen(at=AT + 400 * DAY, report=pages(0)), {}).raised == ()


def test_a_clock_that_was_a_year_ahead_for_a_day_raises_no_flood() -> None:
    told = lived(steady(), 9, HOUR, traits=CALM)
    norm = judge(told.norm, Seen(at=AT + 365 * DAY, report=pages(1), news=1), {}).norm
    for hour in range(24 * 12):
        judged = judge(norm, Seen(at=AT + hour * HOUR, report=pages(1), news=1), {})
        norm = judged.norm
        assert [fault for fault in judged.raised if fault.kind == "flood"] == []


def test_a_crawl_that_broke_off_is_named_at_once() -> None:
    judged = judge(Norm(), Seen(at=AT, problem="KeyError: 'x'"), {})
    assert [(fault.kind, fault.cause) for fault in judged.raised] == [
        ("broken", "the crawl broke off: KeyError: 'x'")
    ]
    well = judge(judged.norm, Seen(at=AT + HOUR, report=pages(0)), {"broken ": AT})
    assert well.cleared == (("broken", ""),)


def test_a_norm_is_the_same_after_it_was_written_down() -> None:
    norm = lived(steady(), 9, HOUR).norm
    text = as_text(norm)
    assert as_text(norm_from(text)) == text
    assert len(text) < 4000


@pytest.mark.parametrize("text", [None, "", "null", "[]", "{", '{"quiet": {"week": [1]}}', '{"at": "x"}'])
def test_a_norm_that_can_not_be_read_is_learned_anew(text: str | None) -> None:
    assert norm_from(text) == Norm()


def test_how_many_must_be_missing_depends_on_how_often_it_was_there() -> None:
    assert Share(had=3, of=3).too_many is None
    assert Share(had=40, of=100).too_many is None
    assert Share(had=200, of=200).too_many == 3
    assert Share(had=10, of=10).too_many == 3
    assert (Share(had=900, of=1000).too_many or 0) >= 7
    assert Share(had=200, of=200, longest=4).too_many == 9


def test_a_few_old_pages_do_not_hide_that_the_new_ones_changed() -> None:
    share = Share(had=200, of=200)
    assert not share.is_there(2, 12)
    assert share.is_there(6, 12)


@pytest.mark.parametrize(("next_unread", "raised"), [(1, ["body"]), (0, [])])
def test_a_site_that_changes_during_a_crawl_is_named_by_the_next(next_unread: int, raised: list[str]) -> None:
    """Twenty pages are read as ever, the nine after them are not: these nine are no part of what is normal yet."""
    norm = lived(steady(), 9, HOUR, traits=CALM).norm
    during = judge(norm, Seen(at=AT, report=turned(20, 9), news=29), {})
    assert during.raised == ()
    after = turned(1 - next_unread, next_unread)
    judged = judge(during.norm, Seen(at=AT + HOUR, report=after, news=1), {})
    assert [fault.subject for fault in judged.raised if fault.kind == "field"] == raised


def test_the_first_crawl_of_a_source_raises_nothing() -> None:
    report = pages(30)
    moved = life.moved(life.without("author")(report))
    assert judge(Norm(), Seen(at=datetime(2026, 1, 1, tzinfo=UTC), report=moved, news=30), {}).raised == ()
