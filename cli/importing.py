"""The verb `import`: what was kept elsewhere, read in parallel and written by one."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from archive import Archive, ArchiveError
from cli.errors import BadInput
from cli.opening import named, open_archive, read_archive, recipes_of, settings_of
from cli.past_verbs import ImportWish
from cli.saying import counting, say_json, say_table
from crawler.config import Settings
from crawler.past.importing.inputs import Input, InputError, input_of, items
from crawler.past.importing.item import Broken, Item, Place, weight
from crawler.past.importing.keeping import TROUBLE, Keeper, Span, Told
from crawler.past.importing.reading import Brought, Reader
from crawler.past.pool import Readers
from crawler.urls import split

_AT_ONCE = 50  # items that are kept together, and looked at again after a kill
_MOST_TOLD = 20

Say = Callable[[Told], None]


@dataclass(frozen=True, slots=True)
class _How:
    """How all inputs are imported."""

    reader: Reader
    span: Span
    dry: bool
    stores: bool
    say: Say


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What an input came to."""

    path: Path
    counts: Mapping[str, int]
    troubles: tuple[Told, ...]
    goes_on: bool


def import_all(what: tuple[Path, ...], wish: ImportWish, config: Path | None, *, as_json: bool) -> int:
    """Imports every input; 1 where something could not be read."""
    settings = settings_of(config)
    span = Span(day_of(wish.since, "--since"), day_of(wish.until, "--until"))
    if wish.base is not None and split(wish.base) is None:
        raise BadInput(f"{wish.base}: no web address; write it like https://example.org/")
    reader = _reader(wish, settings)
    try:
        inputs = [input_of(path, wish.base) for path in what]
        with ExitStack() as stack:
            archive = _archive(wish, settings, stack)
            readers = stack.enter_context(Readers[Item, Brought](reader, weigh=weight))
            how = _How(reader, span, wish.dry_run, settings.snapshots, _say_row if as_json else _say_nothing)
            outcomes = [_import(one, archive, readers, how) for one in inputs]
    except InputError as error:
        raise BadInput(str(error)) from error
    if as_json:
        say_json({"kind": "input", "input": str(one.path), **_in_all(one)} for one in outcomes)
    else:
        _say(outcomes, settings.archive, dry=wish.dry_run)
    return 1 if any(one.counts.get(state) for one in outcomes for state in TROUBLE) else 0


def day_of(text: str | None, option: str) -> date | None:
    """The day an option names."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput(f"{option} {text}: no day; write it like 2014-05-12") from error


def _reader(wish: ImportWish, settings: Settings) -> Reader:
    sources = recipes_of(settings)
    if (
        wish.source is not None and "." not in wish.source
    ):  # without a recipe a source is called after its domain
        named(wish.source, sources)
    return Reader(sources, settings.site_config, settings.plain, wish.source)


def _archive(wish: ImportWish, settings: Settings, stack: ExitStack) -> Archive | None:
    if not wish.dry_run:
        return stack.enter_context(open_archive(settings))
    try:
        return stack.enter_context(read_archive(settings))
    except ArchiveError:  # none yet: all would be new
        return None


def _import(source: Input, archive: Archive | None, readers: Readers[Item, Brought], how: _How) -> _Outcome:
    keeper = Keeper(archive, how.span, writes=not how.dry, stores=how.stores)
    positions = None if how.dry or archive is None else archive.positions
    before = positions.get(source.key) if positions else None
    troubles: list[Told] = []

    def tell(told: Told) -> None:
        how.say(told)
        if told.state in TROUBLE and len(troubles) < _MOST_TOLD:
            troubles.append(told)

    def coming() -> Iterator[Item]:
        for one in items(source, Place(*before) if before else None):
            if isinstance(one, Broken):
                tell(keeper.miss(one))
            elif isinstance(one, Item) and not (one.url and how.reader.leaves_out(one.url)):
                yield one

    with counting(source.path.name) as advance:
        read = readers.each(coming())
        while some := list(islice(read, _AT_ONCE)):
            for told in keeper.keep(some):
                tell(told)
            place = some[-1][0].place
            advance(place.start, source.size, keeper.counts)
            if positions:
                positions.put(source.key, (place.start, place.further))
    if positions:
        positions.clear(source.key)
    return _Outcome(source.path, keeper.counts, tuple(troubles), before is not None)


# --- saying ---


def _say_nothing(_told: Told) -> None:
    pass


def _say_row(told: Told) -> None:
    say_json([{"kind": "record", **asdict(told)}])


def _in_all(outcome: _Outcome) -> dict[str, object]:
    return {"counts": dict(outcome.counts), "goes_on": outcome.goes_on}


def _say(outcomes: list[_Outcome], root: Path, *, dry: bool) -> None:
    states = list(sum((Counter(one.counts) for one in outcomes), Counter[str]()))
    say_table(
        ("input", *states),
        ((one.path.name, *(one.counts.get(state, 0) for state in states)) for one in outcomes),
    )
    sys.stdout.flush()
    for one in outcomes:
        if one.goes_on:
            print(f"{one.path}: went on where an earlier import of it had come to", file=sys.stderr)
        for told in one.troubles:
            print(f"{told.name}: {told.state}: {told.reason}", file=sys.stderr)
        more = sum(one.counts.get(state, 0) for state in TROUBLE) - len(one.troubles)
        if more > 0:
            print(f"{one.path}: and {more} more; --json tells each", file=sys.stderr)
    print(f"\n{'Would go to' if dry else 'Archive:'} {root}")
