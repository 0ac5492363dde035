"""Pure: a proposed recipe, and what is to be said of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from crawler.proposing.draft import Draft, toml
from crawler.proposing.scores import Reading, Sample
from crawler.proposing.scout import Sight
from crawler.proposing.steps import Found, is_enough
from crawler.reading import Refusal
from crawler.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A recipe and how it came to be. `weak` says in plain words what a person should look at."""

    name: str
    asked: str  # the URL, after redirects
    kind: str  # what it was: home, section, article, feed, sitemap
    draft: Draft | None = None
    source: Source | None = None
    text: str = ""  # of the recipe
    found: tuple[Found, ...] = ()
    reading: Reading | None = None
    samples: tuple[Sample, ...] = ()
    weak: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    requests: int = 0

    def called(self, name: str) -> "Proposal":
        """The same under another name."""
        if self.draft is None:
            return replace(self, name=name)
        draft = replace(self.draft, name=name)
        text = self.text.replace(f"\nname = {toml(self.name)}\n", f"\nname = {toml(name)}\n", 1)
        return replace(self, name=name, draft=draft, source=draft.source, text=text)

    @property
    def is_usable(self) -> bool:
        """Are articles found, and is at least half of the sample read?"""
        if self.source is None or self.reading is None or not is_enough(self.found):
            return False
        is_read = self.reading.articles * 2 >= len(self.samples) and self.reading.articles > 0
        return is_read or self._is_feed_enough

    @property
    def _is_feed_enough(self) -> bool:
        """Are the pages refused to us, and the feed's texts whole?"""
        is_full = self.source is not None and any(step.full for step in self.source.discovery)
        results = self.reading.results if self.reading else ()
        return is_full and all(isinstance(one, Refusal) and one.state == "blocked" for one in results)


def opening(sight: Sight, samples: Sequence[Sample], reading: Reading) -> str:
    day = max((sample.fetched.fetched_at for sample in samples), default=None)
    when = f" on {day:%Y-%m-%d}" if day else ""
    return (
        f"{sight.title or sight.home}. Proposed by `broadsheet add {sight.asked}`{when}: {reading.articles} of "
        f"{len(samples)} sample pages read as articles. What is not said here is read as on any site."
    )


def weaknesses(reading: Reading, samples: Sequence[Sample], sight: Sight, draft: Draft) -> Iterable[str]:
    refused = [result for result in reading.results if isinstance(result, Refusal)]
    if not samples:
        yield "no page could be fetched as a sample: nothing is known of how its articles read"
    blocked = [one for one in refused if one.state == "blocked"]
    if blocked and any(step.keys.get("full") for step in draft.steps):
        yield f"its pages are refused to us ({blocked[0].reason}): its articles are those of the feed, whose texts seem whole"
    for refusal in refused if not blocked else blocked[:1]:
        yield f"{refusal.url} reads as {refusal.state}: {refusal.reason}"
    if sight.is_generated or (
        refused and len(refused) == len(samples) and all(one.state != "blocked" for one in refused)
    ):
        yield "its pages may be filled by scripts: try render = true in the recipe (needs the extra `render`)"
    for field, score in reading.scores.items():
        wrong = [note for note in score.notes if ": " not in note or note.startswith("“")]
        if score.right < score.of and reading.articles and wrong:
            yield f"{field}: right on {score.right} of {score.of} pages ({wrong[0]})"


def nothing(name: str, sight: Sight, why: str, requests: int) -> Proposal:
    """No recipe, and why there is none."""
    hint = "name a feed, a section or an article of it"
    if sight.is_generated:
        hint = "its pages may be filled by scripts: name a feed or a sitemap of it"
    elif any(way.kind == "feed" and way.links for way in sight.ways):
        hint = "its feed leads to other sites alone"
    return Proposal(
        name=name,
        asked=sight.asked,
        kind=sight.kind,
        found=tuple(Found(way, 0) for way in sight.ways),
        weak=(f"{why}; {hint}",),
        notes=sight.notes,
        requests=requests,
    )
