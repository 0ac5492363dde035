"""What is remembered of hosts and domains, in either database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Archive, DomainRow, Domains, RobotsRow

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ROBOTS = RobotsRow(origin="https://news.example", fetched_at=NOW, status=200, body="User-agent: *\n")


@pytest.fixture
def domains(tmp_path: Path, database_url: str | None) -> Iterator[Domains]:
    with Archive.open(tmp_path / "archive", database_url) as archive:
        yield archive.domains


def test_nothing_is_known_of_a_new_domain(domains: Domains) -> None:
    assert domains.get("news.example") is None
    assert domains.robots("https://news.example") is None


def test_a_robots_txt_is_kept_as_it_was_received(domains: Domains) -> None:
    domains.keep_robots(ROBOTS)
    assert domains.robots("https://news.example") == ROBOTS
    assert domains.robots("http://news.example") is None


def test_a_newer_robots_txt_takes_its_place(domains: Domains) -> None:
    silent = replace(ROBOTS, failures=2, next_try_at=NOW + timedelta(hours=1), reason="it answers 503")
    domains.keep_robots(ROBOTS)
    domains.keep_robots(silent)
    assert domains.robots("https://news.example") == silent


def test_a_rest_is_kept_with_its_reason(domains: Domains) -> None:
    domains.rest("news.example", NOW, "403", 1)
    domains.rest("news.example", NOW + timedelta(minutes=5), "429, Retry-After", 2)
    assert domains.get("news.example") == DomainRow(
        domain="news.example", rests_until=NOW + timedelta(minutes=5), reason="429, Retry-After", refusals=2
    )


def test_a_domain_that_answers_again_has_refused_nothing(domains: Domains) -> None:
    domains.rest("news.example", NOW, "403", 3)
    domains.rest("other.example", NOW, "403", 3)
    domains.forgive("news.example")
    rows = [domains.get(name) for name in ("news.example", "other.example")]
    assert [row.refusals for row in rows if row] == [0, 3]


def test_requests_of_a_day_add_up_and_another_days_are_forgotten(domains: Domains) -> None:
    counted = []
    for day, requests in [("2026-11-24", 50), ("2026-11-24", 7), ("2026-11-25", 3)]:
        domains.count("news.example", day, requests)
        row = domains.get("news.example")
        counted.append((row.day, row.requests) if row else None)
    assert counted == [("2026-11-24", 50), ("2026-11-24", 57), ("2026-11-25", 3)]


def test_counting_leaves_a_rest_alone(domains: Domains) -> None:
    domains.rest("news.example", NOW, "403", 1)
    domains.count("news.example", "2026-11-24", 2)
    assert domains.get("news.example") == DomainRow(
        domain="news.example", rests_until=NOW, reason="403", refusals=1, day="2026-11-24", requests=2
    )


def test_several_processes_may_meet_a_domain_at_once(tmp_path: Path, database_url: str | None) -> None:
    with (
        Archive.open(tmp_path / "archive", database_url) as one,
        Archive.open(tmp_path / "archive", database_url) as other,
    ):
        one.domains.count("news.example", "2026-11-24", 1)
        other.domains.count("news.example", "2026-11-24", 1)
        row = one.domains.get("news.example")
    assert row is not None
    assert row.requests == 2
