"""How fast and how truly pages are read: ours and the peers side by side, on the same pages in one run.

    python bench/reading.py [--pages 120] [--peers trafilatura,resiliparse] [--json]
    python bench/reading.py --curve [--largest 10] [--json]

Reads pages of ../shared/corpus; BENCH_CORPORA names another folder of the same shape. On each page the
readers take turns in a new order, so that a busy machine weighs on all alike. Time is process CPU time of
`extract()`, title, authors, date and text included. Our trees were trained on that corpus: how truly ours
reads sites it has never seen, `train_text.py --folds` tells, or a corpus of other pages here. `--curve` sets cost against the size of invented pages.
"""

import argparse
import gc
import hashlib
import json
import logging
import os
import random
import sys
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from types import ModuleType
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from curve import curve, show_curve
from readers import OURS, SHARED, AdapterError, Reader, Reading, load_module, load_ours, load_peers, take

CORPORA = ("aeb", "aed", "magic", "trafeval")
BASE = "trafilatura_default"
WARM_UP = 5
WIDTH = 112
MISSING = 2


@dataclass(frozen=True, slots=True)
class Score:
    """A reader's figures; shares from 0 to 1, None where it never gives such a field or no page has gold for it."""

    reader: str
    packages: str
    pages: int
    mean_ms: float
    median_ms: float
    p95_ms: float
    pages_per_second: float
    times_trafilatura: float | None
    body_f1: float | None
    exact: float | None
    segments_f1: float | None
    title: float | None
    authors: float | None
    date: float | None
    errors: int


def sample(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The pages in an order that is random and always the same: ../shared/bench/timing.py takes them in it too."""
    # S324: sha1 only shuffles
    return sorted(records, key=lambda one: hashlib.sha1(f"t{one['id']}".encode()).hexdigest())  # noqa: S324


def run(
    scorer: ModuleType, readers: Sequence[Reader], pages: Sequence[dict[str, Any]], warm_up: int = 0
) -> dict[str, list[Reading]]:
    """Every reader's readings of the pages, in their order. The first `warm_up` count for nothing."""
    turns = random.Random(7)  # noqa: S311
    readings: dict[str, list[Reading]] = {reader.name: [] for reader in readers}
    for number, record in enumerate(pages):
        html = scorer.read_page(record)
        if number == warm_up:
            gc.collect()
            gc.freeze()  # what is loaded by now costs no reader's collector anything
        for reader in turns.sample(readers, len(readers)):
            reading = take(reader, html, record["url"])
            if number >= warm_up:
                readings[reader.name].append(reading)
    return readings


def score(
    scorer: ModuleType,
    reader: Reader,
    pages: Sequence[dict[str, Any]],
    readings: Sequence[Reading],
    base_ms: float | None,
) -> Score:
    rows = [
        scorer.score_page(record, {**reading.answer, "cpu_ms": reading.cpu_ms, "error": reading.error})
        for record, reading in zip(pages, readings, strict=True)
    ]
    truth = _given(scorer.summarise(rows), readings)
    times = sorted(reading.cpu_ms for reading in readings)
    spent = mean(times)
    return Score(
        reader=reader.name,
        packages=reader.packages,
        pages=len(rows),
        mean_ms=spent,
        median_ms=median(times),
        p95_ms=times[int(0.95 * len(times))],
        pages_per_second=1000 / spent,
        times_trafilatura=base_ms / spent if base_ms else None,
        body_f1=truth.get("f1"),
        exact=truth.get("accuracy"),
        segments_f1=truth.get("seg", {}).get("f1"),
        title=truth.get("title_ok"),
        authors=truth.get("authors_f1"),
        date=truth.get("date_ok"),
        errors=truth["errors"],
    )


def _given(truth: dict[str, Any], readings: Sequence[Reading]) -> dict[str, Any]:
    """The shares less those of what this reader never gives: it hasn't tried."""
    shares = {"title": ["title_ok"], "authors": ["authors_f1"], "date_published": ["date_ok"]}
    shares["body"] = ["f1", "accuracy", "seg"]
    given = {field for reading in readings for field, value in reading.answer.items() if value}
    never = {share for field, of in shares.items() if field not in given for share in of}
    return {name: value for name, value in truth.items() if name not in never}


def show(scores: Sequence[Score], console: Console) -> None:
    """A table for people, the fastest first."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, collapse_padding=True)
    table.add_column("reader", no_wrap=True)
    for head in ("mean\nms", "median\nms", "p95\nms", "pages\n/s", "× trafi-\nlatura"):
        table.add_column(head, justify="right", no_wrap=True)
    for head in ("body\nF1", "exact\n%", "segm.\nF1", "title\n%", "authors\nF1", "date\n%"):
        table.add_column(head, justify="right", no_wrap=True)
    for one in scores:
        speed = [f"{value:.1f}" for value in (one.mean_ms, one.median_ms, one.p95_ms, one.pages_per_second)]
        times = "–" if one.times_trafilatura is None else f"{one.times_trafilatura:.2f}"
        shares = (one.body_f1, one.exact, one.segments_f1, one.title, one.authors, one.date)
        truth = ["–" if share is None else f"{100 * share:.1f}" for share in shares]
        table.add_row(one.reader, *speed, times, *truth, style="bold" if one.reader == OURS else "")
    console.print(table)


def compare(options: argparse.Namespace, console: Console) -> int:
    """Reads the sample with everyone and prints how it went. 2 where ../shared is missing."""
    os.environ.setdefault("BENCH_CORPORA", str(SHARED / "corpus"))
    if not (SHARED / "bench" / "score.py").exists() or not Path(os.environ["BENCH_CORPORA"]).is_dir():
        print(f"no pages to read: {SHARED} or its corpus is missing", file=sys.stderr)
        return MISSING
    scorer = load_module(SHARED / "bench" / "score.py")
    ordered = sample(scorer.load_gold(options.corpora))
    pages = ordered[: options.pages]
    if not pages:
        print(f"no pages to read in {os.environ['BENCH_CORPORA']}", file=sys.stderr)
        return MISSING
    readers = _readers(options.peers)
    kib = mean(len(scorer.read_page(record)) for record in pages) / 1024
    print(f"{len(pages)} pages of {kib:.0f} KiB on average, {len(readers)} readers", file=sys.stderr)
    if Path(os.environ["BENCH_CORPORA"]).resolve() == (SHARED / "corpus").resolve():
        print("ours was trained on texts of this corpus: no score on unseen pages", file=sys.stderr)
    readings = run(scorer, readers, [*ordered[-WARM_UP:], *pages], WARM_UP)
    base_ms = mean(one.cpu_ms for one in readings[BASE]) if BASE in readings else None
    scores = [score(scorer, reader, pages, readings[reader.name], base_ms) for reader in readers]
    scores.sort(key=lambda one: one.mean_ms)
    if options.json:
        _print_lines(scores)
    else:
        show(scores, console)
    return 0


def _readers(wanted: Sequence[str] | None) -> list[Reader]:
    """Ours first. Says of each peer that can't run why."""
    readers = [load_ours()]
    for peer in load_peers(wanted or ()):
        if isinstance(peer, AdapterError):
            print(f"skipped {peer}", file=sys.stderr)
        else:
            readers.append(peer)
    return readers


def _print_lines(records: Iterable[Any]) -> None:
    for record in records:
        fields = {name: getattr(record, name) for name in record.__slots__}
        print(json.dumps(fields, ensure_ascii=False))


def _names(text: str) -> list[str]:
    return [name for part in text.split(",") if (name := part.strip())]


def options_of(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=120)
    parser.add_argument("--corpora", type=_names, default=list(CORPORA), help="names, comma between")
    parser.add_argument(
        "--peers", type=_names, help="names or how they begin, comma between; all, if not said"
    )
    parser.add_argument("--curve", action="store_true", help="cost against page size; needs no ../shared")
    parser.add_argument("--largest", type=float, default=10, help="MiB of the curve's largest page")
    parser.add_argument("--json", action="store_true", help="one object a line")
    return parser.parse_args(arguments)


def main() -> None:
    options = options_of()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    if not options.curve:
        sys.exit(compare(options, console))
    points = curve(_readers([BASE]), int(options.largest * 1024 * 1024))
    if options.json:
        _print_lines(points)
    else:
        show_curve(list(points), console)


if __name__ == "__main__":
    main()
