"""What the accuracy scorer calls for our reader with the shipped recipes; by itself: the score on the sites they are for.

    python ../shared/bench/score.py run --adapter bench/adapter.py --split dev          # without recipes
    python ../shared/bench/score.py run --adapter bench/recipe_adapter.py --split dev   # with them
    .venv/bin/python bench/recipe_adapter.py [--pages]                                  # both, on sites with a recipe

The last reads what the first two left (the scorer's BENCH_CORPORA and BENCH_OUT); with `--pages` it names each page
that is not quite as its gold has it.
"""

import argparse
import gc
import importlib.util
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.adapter import extracted
from crawler.source import Source, load_sources

SCORER = Path(__file__).parents[2] / "shared" / "bench" / "score.py"
WITHOUT, WITH = "adapter", "recipe_adapter"
TOOLS_OWN = "mozilla"  # its gold is what a tool gave, so that it counts for neither title nor body

Scores = dict[str, Any]


@cache
def sources() -> Mapping[str, Source]:
    return load_sources()


def setup() -> None:
    """As a crawl does when it starts."""
    sources()
    gc.freeze()


def extract(html: bytes, url: str) -> dict[str, Any]:
    """As `bench/adapter.py` gives it, but by the recipe of the page's site where one is shipped."""
    return extracted(html, url, sources())


# --- the score on sites with a recipe ---


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", SCORER)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{SCORER}: not there")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def served(score: ModuleType) -> dict[str, str]:
    """Page → the recipe of its site."""
    pages = {page["id"]: page["url"] for page in score.load_gold(None, "dev")}
    return {
        page: source.name
        for page, url in pages.items()
        for source in sources().values()
        if source.serves(url)
    }


def show(score: ModuleType, name: str, chosen: Iterable[str]) -> dict[str, Scores]:
    """Prints the sums of one reader; gives its score of each page."""
    wanted = set(chosen)
    pages = {page["id"]: page for page in score.page_scores(name, "dev") if page["id"] in wanted}
    if len(pages) < len(wanted):
        raise SystemExit(f"{name}: {len(wanted) - len(pages)} pages are not read yet; run the scorer first")
    for kind, counted in (
        ("all", list(pages.values())),
        (f"without {TOOLS_OWN}", [page for page in pages.values() if page["corpus"] != TOOLS_OWN]),
    ):
        sums = score.summarise(counted)
        print(
            f"{name:15} {kind:16} body {100 * sums['f1']:.1f} ({sums['body_pages']})"
            f"  title {100 * sums['title_ok']:.1f} ({sums['title_ok_n']})"
            f"  authors {100 * sums['authors_f1']:.1f} ({sums['authors_f1_n']})"
            f"  day {100 * sums['date_ok']:.1f} ({sums['date_ok_n']})"
            f"  segments {100 * sums['seg']['f1']:.1f} ({sums['seg']['pages']})"
        )
    return pages


def name_them(
    without: Mapping[str, Scores], having: Mapping[str, Scores], recipes: Mapping[str, str]
) -> None:
    for page, recipe in sorted(recipes.items(), key=lambda pair: having[pair[0]].get("f1", 1.0)):
        before, after = without[page], having[page]
        wrong = [
            f"{key} {before[key]:.2f} → {after[key]:.2f}" for key in ("f1", "authors_f1") if _less(after, key)
        ]
        wrong += [f"{key} is not" for key in ("title_ok", "date_ok") if _less(after, key)]
        if wrong:
            print(f"  {recipe:16} {page:40} {', '.join(wrong)}")


def _less(scores: Scores, key: str) -> bool:
    return scores.get(key) is not None and scores[key] < 1


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", action="store_true", help="name the pages that are not as their gold")
    arguments = parser.parse_args()
    score = scorer()
    recipes = served(score)
    print(f"{len(recipes)} pages of {len(set(recipes.values()))} sites with a recipe")
    without, having = (show(score, name, recipes) for name in (WITHOUT, WITH))
    if arguments.pages:
        name_them(without, having, recipes)


if __name__ == "__main__":
    main()
