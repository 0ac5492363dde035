"""Trains the trees of `crawler.reading.text` and writes its `model.npz`. Needs catboost and ../shared.

    python bench/train_text.py            # a minute or two: train on every page, write the model
    python bench/train_text.py --folds 4  # first train on three quarters of the sites and score the fourth, four times

Learns from pages whose text is known by heart. Of pages of which only some passages are known, the trees'
own sure answers fill in the rest (self-training). The score of `--folds` is one on sites never seen; that of
`bench/adapter.py` on the same pages is not.
"""

import argparse
import importlib.util
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from catboost import CatBoostClassifier

from crawler.reading import Fetched
from crawler.reading.generic import context_of
from crawler.reading.page import Page
from crawler.reading.text import spread
from crawler.reading.text.blocks import Block, Blocks
from crawler.reading.text.choose import choose
from crawler.reading.text.features import Rows
from crawler.source import source_for
from crawler.urls import registrable

HERE = Path(__file__).parent
SHARED = HERE.parent.parent / "shared"
MODEL = HERE.parent / "crawler" / "reading" / "text" / "model.npz"
NOW = datetime(2026, 11, 24, tzinfo=UTC)

TREES, DEPTH, RATE, RIDGE, COLUMNS = 450, 5, 0.07, 6.0, 0.3
SCORED = ("aeb", "aed", "magic")  # corpora whose texts people cut out
TRUST = {"mozilla": 0.5}  # its texts are another reader's answers
SELF_TAUGHT = 0.4
MOST_TOKENS = 80  # of a block: a longer one counts no more
SMALL = 0.03  # what every block counts, however short
SHORT_MATCH = 3  # tokens: a shorter match must be the whole of a block


@dataclass(slots=True)
class Example:
    """A page as the trees see it. For each row `known` is 1, 0 or -1 (not known), `tokens` the block's length."""

    record: dict[str, Any]
    site: str
    blocks: list[Block]
    rows: Rows
    known: Any
    tokens: Any

    @property
    def body(self) -> str:
        return str(self.record["gold"].get("body") or "")


def scorer() -> Any:
    os.environ.setdefault("BENCH_CORPORA", str(SHARED / "corpus"))
    spec = importlib.util.spec_from_file_location("score", SHARED / "bench" / "score.py")
    if spec is None or spec.loader is None or not (SHARED / "corpus").is_dir():
        raise SystemExit(f"{SHARED}: the corpus and its scorer are not here; nothing to learn from")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def examples(score: Any) -> Iterator[Example]:
    for record in score.load_gold(None, "dev"):
        url = record["url"] if record["url"].startswith("http") else f"https://{record['id']}.invalid/"
        body = score.read_page(record)
        page = Page(
            Fetched(url=url, status=200, body=body, content_type=None, fetched_at=NOW), source_for(url, {})
        )
        found = Blocks(page.root)
        if not found.blocks:
            continue
        texts, gold = [block.text for block in found.blocks], record["gold"]
        text = gold.get("body") or ""
        is_cjk = score.is_cjk(text or " ".join(texts))
        pieces = [score.tokens(one, is_cjk) for one in texts]
        known = aligned(pieces, score.tokens(text, is_cjk)) if text else by_passages(texts, gold, score)
        site = record["id"] if "fakehost" in url else registrable(url) or url
        rows = Rows(found, context_of(page))
        sizes = np.array(list(map(len, pieces)), float)
        yield Example(record, site, found.blocks, rows, known[rows.places], sizes[rows.places])


def aligned(pieces: Sequence[list[str]], gold: list[str]) -> Any:
    """For each block 1 where most of its tokens stand in the known text, in order; -1 where it has none."""
    tokens = [token for piece in pieces for token in piece]
    owners = [number for number, piece in enumerate(pieces) for _ in piece]
    hits = np.zeros(len(pieces))
    for match in SequenceMatcher(None, tokens, gold, autojunk=False).get_matching_blocks():
        mine = owners[match.a : match.a + match.size]
        if match.size >= SHORT_MATCH or all(len(pieces[number]) <= match.size for number in mine):
            np.add.at(hits, mine, 1)
    sizes = np.array(list(map(len, pieces)))
    return np.where(sizes == 0, -1, hits > 0.5 * np.maximum(sizes, 1))


def by_passages(texts: Sequence[str], gold: dict[str, Any], score: Any) -> Any:
    """1 for blocks that overlap a passage that must be there, 0 for one that must not, -1 for the rest."""
    parts = [score.squeeze(text) for text in texts]
    whole, starts = "".join(parts), np.cumsum([0, *map(len, parts)])
    known = np.full(len(texts), -1)
    for value, key in ((1, "must_contain"), (0, "must_not_contain")):
        for passage in filter(None, map(score.squeeze, gold.get(key, []))):
            place = whole.find(passage)
            if place >= 0:
                known[(starts[:-1] < place + len(passage)) & (starts[1:] > place)] = value
    return known


def weights(one: Example, known: Any) -> Any:
    """A block counts by its share of the article, so that every page counts alike."""
    if not one.body and (known == one.known).all():
        return (known >= 0).astype(float)
    article = one.tokens[known == 1].sum() or 1
    shares = np.minimum(one.tokens, MOST_TOKENS) / article * 30 + SMALL
    return np.where(known >= 0, np.minimum(shares, 3), 0) * TRUST.get(one.record["corpus"], 1.0)


def train(pages: Sequence[Example], seed: int = 0) -> CatBoostClassifier:
    teacher = fitted(
        [(one.rows.matrix, one.known, weights(one, one.known)) for one in pages], TREES // 3, seed
    )
    return fitted([taught(one, teacher) for one in pages], TREES, seed)


def taught(one: Example, teacher: CatBoostClassifier) -> tuple[Any, Any, Any]:
    """The page with the teacher's answers where nothing is known; the surer, the heavier."""
    if one.body:
        return one.rows.matrix, one.known, weights(one, one.known)
    likely = teacher.predict_proba(one.rows.matrix)[:, 1]
    answers = (likely > 0.5).astype(int)
    weight = weights(one, answers) * np.abs(likely - 0.5) * 2 * SELF_TAUGHT
    is_known = one.known >= 0
    return (
        one.rows.matrix,
        np.where(is_known, one.known, answers),
        np.where(is_known, np.maximum(weight, 1), weight),
    )


def fitted(parts: Sequence[tuple[Any, Any, Any]], trees: int, seed: int) -> CatBoostClassifier:
    rows, known, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    model = CatBoostClassifier(
        iterations=trees, depth=DEPTH, learning_rate=RATE, l2_leaf_reg=RIDGE, rsm=COLUMNS, border_count=64,
        bootstrap_type="Bernoulli", subsample=0.7, random_seed=seed, verbose=0, allow_writing_files=False,
    )  # fmt: skip
    counts = weight > 0
    return model.fit(rows[counts], known[counts], sample_weight=weight[counts])


def folds(pages: Sequence[Example], count: int, score: Any) -> None:
    """Trains without each part of the sites in turn, and scores that part."""
    part = {one.site: zlib.crc32(one.site.encode()) % count for one in pages}
    rows = []
    for number in range(count):
        model = train([one for one in pages if part[one.site] != number])
        for one in pages:
            if part[one.site] == number:
                likely = spread(one.rows, model.predict_proba(one.rows.matrix)[:, 1], len(one.blocks))
                kept = choose(one.blocks, likely)
                text = "\n".join(
                    block.text for block, is_kept in zip(one.blocks, kept, strict=True) if is_kept
                )
                rows.append(score.score_page(one.record, {"body": text}))
    tables = {
        corpus: score.summarise([row for row in rows if row["corpus"] == corpus])
        for corpus in sorted({row["corpus"] for row in rows})
    }
    for corpus, table in tables.items():
        parts = table.get("seg", table)
        print(f"{corpus:10} F1 {parts['f1']:.3f}  P {parts['precision']:.3f}  R {parts['recall']:.3f}")
    exact = mean(row["exact"] for row in rows if "exact" in row and row["corpus"] in SCORED)
    print(
        f"mean F1 {mean(tables[corpus]['f1'] for corpus in SCORED):.4f}, exact {exact:.3f}: sites never seen"
    )


def written(model: CatBoostClassifier) -> None:
    file = HERE / "model.json"
    model.save_model(str(file), format="json")
    content = json.loads(file.read_text())
    file.unlink()
    scale, (bias,) = content["scale_and_bias"]
    trees = content["oblivious_trees"]
    columns, borders = (
        np.zeros((len(trees), DEPTH), np.int32),
        np.full((len(trees), DEPTH), np.inf, np.float32),
    )
    leaves = np.zeros((len(trees), 1 << DEPTH), np.float32)
    for place, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"]):
            columns[place, level], borders[place, level] = split["float_feature_index"], split["border"]
        leaves[place, : len(tree["leaf_values"])] = np.array(tree["leaf_values"]) * scale
    np.savez_compressed(MODEL, columns=columns, borders=borders, leaves=leaves, bias=np.float32(bias))
    print(f"{MODEL}: {len(trees)} trees, {MODEL.stat().st_size // 1024} KiB")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folds", type=int, default=0, help="first score on sites left out, so many times")
    wanted = parser.parse_args()
    score = scorer()
    pages = list(examples(score))
    if wanted.folds:
        folds(pages, wanted.folds, score)
    written(train(pages))


if __name__ == "__main__":
    main()
