"""Pure: rules for the fields that the general reader does not get right. One is kept only where it reads the sample better."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from archive import Article
from crawler.proposing import bylines, places
from crawler.proposing.draft import Draft, DraftState
from crawler.proposing.scores import FIELDS, Reading, Sample, Statement, person, plain, read_all
from crawler.proposing.state_rules import Held, held
from crawler.reading import Refusal
from crawler.reading.facts import line
from crawler.reading.fields import choose_fields
from crawler.reading.page import Page
from crawler.site_config import SiteConfig
from crawler.source import RecipeError, Source

_METAS = {
    "title": ("meta:og:title", "meta:twitter:title", "h1"),
    "authors": ("meta:author", "meta:article:author", "meta:dc.creator", "meta:byl", "meta:parsely-author"),
    "published": ("meta:article:published_time", "meta:pubdate", "meta:publishdate", "meta:date", "time::attr(datetime)"),
    "body": (),
}  # fmt: skip
_MOST_TRIED = 12  # rules a field


@dataclass(frozen=True, slots=True)
class Improved:
    """The recipe with what was worth adding, and how it reads the sample."""

    draft: Draft
    reading: Reading


def improve(draft: Draft, samples: Sequence[Sample], config: SiteConfig | None = None) -> Improved:
    """The draft with a rule for each field that is weak, where one helps; `config` holds rules that somebody wrote."""
    now = Improved(draft, read_all(samples, draft.source))
    if not samples:
        return now
    now = _with_config(now, samples, config) if config else now
    pages = [_page(sample, draft.source) for sample in samples]
    states = _states(pages, samples)
    now = _less_tails(now, samples)
    for name in ("body", "title", "published", "authors"):
        now = _field(now, name, samples, pages, states)
    return now


def _with_config(now: Improved, samples: Sequence[Sample], config: SiteConfig) -> Improved:
    """With the rules for the host that are at hand, unless they read the sample worse than none."""
    rules: dict[str, object] = dict(config.rules)
    rules |= {"strip": config.strip} if config.strip else {}
    rules |= {"next": config.next} if config.next else {}
    notes = {**now.draft.notes, **{f"rule {name}": f"from {config.name}" for name in config.rules}}
    draft = replace(now.draft, rules=rules, replace=config.replace, notes=notes)
    try:
        reading = read_all(samples, draft.source)
    except RecipeError:
        return now
    is_worse = any(reading.scores[name].right < now.reading.scores[name].right for name in FIELDS)
    return now if is_worse or not rules else Improved(draft, reading)


def _page(sample: Sample, source: Source) -> Page:
    identity = source.identify(sample.fetched.url)
    return Page(sample.fetched, source, identity.identifier if identity else None)


def _states(pages: Sequence[Page], samples: Sequence[Sample]) -> Held | None:
    """The state that holds the article on the first page that has one."""
    for page, sample in zip(pages, samples, strict=True):
        titles = dict.fromkeys(
            (sample.statement.title, choose_fields(page).title.value, *sample.statement.link_texts)
        )
        author = person(sample.statement.author or "")
        found = next((one for title in titles if title and (one := held(page, title, author))), None)
        if found is not None:
            return found
    return None


def _less_tails(now: Improved, samples: Sequence[Sample]) -> Improved:
    """What all titles end with beyond what the feed states is the site's name."""
    tails = set()
    for sample, result in zip(samples, now.reading.results, strict=True):
        stated = line(sample.statement.title)
        if isinstance(result, Refusal) or not stated or result.title == stated or len(stated) < 4:
            continue
        if not result.title.startswith(stated):
            return now
        tails.add(result.title.removeprefix(stated))
    if len(tails) != 1:
        return now
    tail = tails.pop().strip()
    pattern = r"\s*" + "".join(f"\\{one}" if one in ".^$*+?{}[]\\|()" else one for one in tail)
    return _better(now, replace(now.draft, title_tails=(pattern,)), samples, "title")


def _field(
    now: Improved, name: str, samples: Sequence[Sample], pages: Sequence[Page], states: Held | None
) -> Improved:
    score = now.reading.scores[name]
    if score.right == score.of or (name != "body" and not now.reading.articles):
        return now
    best = now
    for draft in _candidates(now, name, samples, pages, states):
        best = max(best, _better(now, draft, samples, name), key=lambda one: one.reading.scores[name].right)
        if best.reading.scores[name].right == score.of:
            break
    return best


def _candidates(
    now: Improved, name: str, samples: Sequence[Sample], pages: Sequence[Page], states: Held | None
) -> Iterator[Draft]:
    listed: list[object] = []
    listed += [*_by_place(now, name, samples, pages), *_METAS[name]][:_MOST_TRIED]
    if name == "authors":
        listed += [
            *bylines.in_lines(pages, [one.statement.author for one in samples]),
            *bylines.labelled(pages),
        ]
    for rule in listed:
        yield replace(now.draft, rules={**now.draft.rules, name: rule})
    for rule in states.rules.get(name, ()) if states else ():
        said = f"The state {states.name if states else ''} holds the article."
        kept = now.draft.states or ((DraftState(states.keys, said),) if states else ())
        every = {"every": True} if name == "body" and "[]" in rule else {}
        yield replace(now.draft, states=kept, rules={**now.draft.rules, name: rule, **every})


def _by_place(now: Improved, name: str, samples: Sequence[Sample], pages: Sequence[Page]) -> Sequence[str]:
    """Selectors of what the feed says, where it stands on the pages."""
    if name == "body":
        return places.selectors_of_body(
            pages,
            [_text_of(sample, result) for sample, result in zip(samples, now.reading.results, strict=True)],
        )
    tests = [_test(name, sample.statement) for sample in samples]
    known = [(page, test) for page, test in zip(pages, tests, strict=True) if test]
    return places.selectors([page for page, _ in known], [test for _, test in known])


def _test(name: str, said: Statement) -> places.Test | None:
    """Is an element the one that says what is stated? None where nothing is."""
    if name == "title" and said.title:
        return places.says_title(said.title)
    if name == "authors" and said.author:
        return places.says_author(person(said.author))
    return places.says_time(said.published_at) if name == "published" and said.published_at else None


def _text_of(sample: Sample, result: Article | Refusal) -> str | None:
    """The text that is known to be the article's: the feed's where it is whole, else what was read."""
    stated = plain(sample.statement.text) if sample.statement.text else ""
    read = result.body if isinstance(result, Article) else ""
    return (stated if len(stated) >= max(300, 0.5 * len(read)) else read) or None


def _better(now: Improved, draft: Draft, samples: Sequence[Sample], name: str) -> Improved:
    """The draft if it reads this field better and no other one worse; else what was."""
    try:
        reading = read_all(samples, draft.source)
    except RecipeError:
        return now
    old, new = now.reading.scores, reading.scores
    is_better = new[name].right > old[name].right
    is_worse = (
        any(new[other].right < old[other].right for other in FIELDS)
        or reading.articles < now.reading.articles
    )
    return Improved(draft, reading) if is_better and not is_worse else now
