"""Leases: one holder at a time, whatever the clocks say."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from archive import DAEMON, TERM, Archive, Held, Holder, Lease, Leases, source_lease
from tests.builders import NOW, drop_database

HOUR = timedelta(hours=1)


class Clock:
    """A steady clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def archive(tmp_path: Path, database_url: str | None) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive", database_url) as opened:
        yield opened


@pytest.fixture
def leases(archive: Archive, clock: Clock) -> Leases:
    return Leases(archive.root, archive.leases.engine, clock)


def on_another_machine(leases: Leases, folder: Path) -> Leases:
    """It shares the database and sees no lock of this one."""
    return Leases(folder, leases.engine, leases.clock)


FAR = replace(Holder.here("daemon"), host="far", kernel="another", token="far")


def killed(lease: Lease) -> None:
    """What the system does with the locks of a process that is no more."""
    os.close(lease.file)


def test_the_second_is_told_who_is_the_first(leases: Leases) -> None:
    lease = leases.take(DAEMON, Holder.here("daemon"), NOW)
    with pytest.raises(Held) as caught:
        leases.take(DAEMON, Holder.here("daemon"), NOW)
    assert (
        f"`broadsheet daemon` (pid {os.getpid()} on {lease.holder.host}, since 2026-11-24 03:00 UTC)"
        in str(caught.value)
    )
    leases.free(lease)
    leases.free(leases.take(DAEMON, Holder.here("daemon"), NOW))
    assert leases.of(DAEMON) is None


def test_sources_are_held_apart(leases: Leases) -> None:
    held = leases.take(source_lease("huxiu"), Holder.here("crawl"), NOW)
    other = leases.take(source_lease("[::1]/x"), Holder.here("crawl"), NOW)
    with pytest.raises(Held, match="huxiu is being crawled by `broadsheet crawl`"):
        leases.take(source_lease("huxiu"), Holder.here("daemon"), NOW)
    for lease in (held, other):
        leases.free(lease)


def test_who_was_killed_is_followed_at_once(leases: Leases) -> None:
    killed(leases.take(DAEMON, Holder.here("daemon"), NOW + HOUR))
    lease = leases.take(DAEMON, Holder.here("daemon"), NOW)
    found = leases.of(DAEMON)
    assert found is not None
    assert (found.holder, found.since) == (lease.holder, NOW)
    leases.free(lease)


def test_a_real_process_that_is_killed_holds_nothing(archive: Archive) -> None:
    code = (
        "import sys; from archive import *; from datetime import *; from pathlib import Path;"
        "a = Archive.open(Path(sys.argv[1])); a.leases.take(DAEMON, Holder.here('daemon'), datetime.now(UTC));"
        "print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(archive.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(Held):
            archive.leases.take(DAEMON, Holder.here("daemon"), NOW)
        process.send_signal(signal.SIGKILL)
        process.wait()
        archive.leases.free(archive.leases.take(DAEMON, Holder.here("daemon"), NOW))


# Several machines share no SQLite file.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_another_machines_is_taken_once_it_shows_no_sign_of_life(
    leases: Leases, clock: Clock, tmp_path: Path
) -> None:
    far = on_another_machine(leases, tmp_path / "far")
    theirs = far.take(DAEMON, FAR, NOW)
    ours = Holder.here("daemon")
    for seconds in range(3):  # it lives, and its clock is a year behind ours
        clock.now += TERM - 1
        far.renew([theirs], NOW - 365 * 24 * HOUR + timedelta(seconds=seconds))
        with pytest.raises(Held):
            leases.take(DAEMON, ours, NOW)
    clock.now += TERM - 1
    with pytest.raises(Held):
        leases.take(DAEMON, ours, NOW + HOUR)
    clock.now += 1
    lease = leases.take(DAEMON, ours, NOW)
    assert far.renew([theirs], NOW) == [theirs]
    assert not theirs.is_fresh(clock.now)
    assert leases.renew([lease], NOW) == []
    leases.free(lease)
    killed(theirs)


def test_who_could_not_renew_it_no_longer_trusts_it_before_others_may_have_it(
    leases: Leases, clock: Clock
) -> None:
    lease = leases.take(DAEMON, Holder.here("daemon"), NOW)
    clock.now += TERM - 1
    assert not lease.is_fresh(clock.now)
    assert leases.renew([lease], NOW) == []
    assert lease.is_fresh(clock.now)
    leases.free(lease)


def test_in_a_database_that_was_lost_it_is_written_anew(
    archive: Archive, clock: Clock, database_url: str | None
) -> None:
    leases = Leases(archive.root, archive.leases.engine, clock)
    lease = leases.take(DAEMON, Holder.here("daemon"), NOW)
    drop_database(archive.root, database_url)
    with Archive.open(archive.root, database_url) as anew:
        again = Leases(anew.root, anew.leases.engine, clock)
        assert again.renew([lease], NOW) == []
        found = again.of(DAEMON)
        assert found is not None
        assert found.holder == lease.holder
        again.free(lease)


def test_it_is_handed_on_to_the_program_that_follows_in_the_same_process(leases: Leases) -> None:
    lease = leases.take(DAEMON, Holder.here("daemon"), NOW)
    word = leases.hand_on(lease)
    adopted = leases.adopt(DAEMON, word, NOW)
    assert (adopted.holder, adopted.file) == (lease.holder, lease.file)
    with pytest.raises(Held):
        leases.take(DAEMON, Holder.here("daemon"), NOW)
    leases.free(adopted)


def test_who_holds_it_can_be_asked_without_getting_in_the_way(leases: Leases, tmp_path: Path) -> None:
    assert leases.holder(DAEMON, NOW) is None
    lease = leases.take(DAEMON, Holder.here("daemon"), NOW)
    found = leases.holder(DAEMON, NOW + 9 * HOUR)
    assert found is not None
    assert found.holder == lease.holder
    killed(lease)
    assert leases.holder(DAEMON, NOW) is None
    if leases.engine.dialect.name != "sqlite":
        far = on_another_machine(leases, tmp_path / "far")
        leases.free(leases.take(DAEMON, Holder.here("daemon"), NOW))
        theirs = far.take(DAEMON, FAR, NOW)
        assert leases.holder(DAEMON, NOW) is not None
        assert leases.holder(DAEMON, NOW + HOUR) is None
        far.free(theirs)
