"""Discovery is asked again at the lowest price, and a server that lies about change is found out."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from archive import PollRow
from crawler import polling
from crawler.discovery.link import Ask
from crawler.polling import PLAIN_EVERY, Got

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TAG, DATE = '"abc"', "Tue, 24 Nov 2026 02:00:00 GMT"


def row(**changes: object) -> PollRow:
    facts: dict[str, object] = {
        "source": "tech",
        "address": "http://news.example/feed",
        "asked_at": NOW.isoformat(),
    }
    return PollRow(**(facts | changes))  # type: ignore[arg-type]


def got(body: bytes = b"one", status: int = 200, **changes: object) -> Got:
    facts: dict[str, object] = {
        "status": status,
        "body": body,
        "url": "http://news.example/feed",
        "content_type": "application/rss+xml",
        "received_at": NOW,
        "etag": TAG,
        "last_modified": DATE,
    }
    return Got(**(facts | changes))  # type: ignore[arg-type]


def answered(body: bytes = b"one", items: tuple[str, ...] = ("a", "b"), **changes: object) -> PollRow:
    """What is remembered after a first answer."""
    return polling.remember(row(), got(body, **changes), {}, items)


def test_the_first_request_has_no_conditions() -> None:
    assert polling.conditions(None) == {}


def test_both_validators_are_sent_back_byte_for_byte() -> None:
    odd = 'W/"  ä;,"x'
    memory = answered(etag=odd, last_modified="yesterday")
    assert polling.conditions(memory) == {"If-None-Match": odd, "If-Modified-Since": "yesterday"}


def test_how_long_an_answer_is_good_is_remembered_until_another_says_so() -> None:
    memory = answered(fresh_seconds=600)
    assert memory.fresh_seconds == 600
    unchanged = polling.remember_unchanged(memory, got(b"", 304), {"If-None-Match": TAG})
    assert unchanged.fresh_seconds == 600
    said = polling.remember_unchanged(memory, got(b"", 304, fresh_seconds=0), {"If-None-Match": TAG})
    assert said.fresh_seconds == 0
    assert polling.remember(memory, got(b"two"), {}, ("c",)).fresh_seconds is None


def test_every_so_often_a_request_is_plain() -> None:
    memory = answered()
    plain = 0
    for _ in range(3 * PLAIN_EVERY):
        sent = polling.conditions(memory)
        plain += not sent
        reply = got(b"", 304) if sent else got()
        assert polling.is_unchanged(memory, reply, sent)
        memory = polling.remember_unchanged(memory, reply, sent)
    assert plain == 3
    assert not memory.lies


def test_an_answer_of_the_same_body_is_unchanged_without_validators() -> None:
    memory = answered(etag=None, last_modified=None)
    assert polling.conditions(memory) == {}
    assert polling.is_unchanged(memory, got(etag=None, last_modified=None), {})
    assert not polling.is_unchanged(memory, got(b"two"), {})


def test_a_304_to_a_plain_request_is_no_answer() -> None:
    assert not polling.is_unchanged(answered(), got(b"", 304), {})


def test_a_304_keeps_the_validators_it_does_not_name() -> None:
    after = polling.remember_unchanged(
        answered(), got(b"", 304, etag=None, last_modified="later"), {"If-None-Match": TAG}
    )
    assert (after.etag, after.last_modified) == (TAG, "later")


def test_a_changed_body_under_an_unchanged_tag_is_a_lie() -> None:
    after = polling.remember(answered(), got(b"two"), {}, ("a", "b"))
    assert after.lies
    assert polling.conditions(after) == {}


@pytest.mark.parametrize(
    ("changes", "items", "lies"),
    [
        ({"etag": 'W/"x"'}, ("a", "b"), False),  # a weak tag: what is named did not change
        ({"etag": 'W/"x"'}, ("c", "b"), True),
        ({"etag": None}, ("a", "b"), False),
        ({"etag": None}, ("c", "b"), True),
        ({"etag": None, "last_modified": None}, ("c", "b"), False),
    ],
)
def test_a_weak_validator_lies_only_about_what_is_named(
    changes: dict[str, object], items: tuple[str, ...], lies: bool
) -> None:
    before = answered(**changes)
    assert polling.remember(before, got(b"two", **changes), {}, items).lies is lies


def test_a_new_tag_for_a_new_body_is_honest() -> None:
    assert not polling.remember(answered(), got(b"two", etag='"new"'), {}, ("c", "b")).lies


def test_who_denies_every_change_and_is_caught_twice_lies() -> None:
    """The tag does change with the body, but a 304 is sent to whoever asks with an old one."""
    memory = answered()
    for number in range(2):
        assert not memory.lies
        while sent := polling.conditions(memory):
            memory = polling.remember_unchanged(memory, got(b"", 304, etag=None, last_modified=None), sent)
        body = f"change {number}".encode()
        memory = polling.remember(
            memory, got(body, etag=f'"{number}"', last_modified=None), {}, (f"new{number}",)
        )
    assert memory.lies


def test_a_conditional_answer_that_brings_news_clears_the_suspicion() -> None:
    memory = replace(answered(), caught=1)
    assert polling.remember(memory, got(b"two", etag='"n"'), {"If-None-Match": TAG}, ("c",)).caught == 0


def test_an_answer_that_shares_no_item_with_the_last_one_is_an_overflow() -> None:
    memory = answered(items=("a", "b"))
    assert polling.overflowed(memory, ("c", "d"))
    assert not polling.overflowed(memory, ("b", "c"))
    assert not polling.overflowed(None, ("c",))
    assert not polling.overflowed(answered(items=()), ("c",))
    assert not polling.overflowed(memory, ())


def test_requests_that_send_different_forms_are_remembered_apart() -> None:
    url = "http://news.example/api"
    asks = [
        Ask(url),
        Ask(url, form=(("page", "1"),)),
        Ask(url, form=(("page", "2"),)),
        Ask(url, json_body="{}"),
    ]
    assert len({polling.address(ask) for ask in asks}) == 4
    assert polling.address(Ask(url)) == url


def test_the_last_answers_are_noted() -> None:
    memory = answered(items=("a", "b"))
    memory = polling.remember(memory, got(b"two", etag='"n"'), {}, ("b", "c"))
    assert [answer.split()[1:] for answer in memory.answers] == [["200", "2", "2"], ["200", "2", "1"]]
