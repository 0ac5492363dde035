"""How other crawlers space their polls: each rule from its public description, with its own constants.

A rule is told what each poll found and gives the seconds to the next. `scale` is the one constant that is turned until a
rule spends as many requests as it may; where it is 1 the rule is as it is shipped, but for the bounds, which are ours
for all.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

WEEK = 7 * 86400.0


class Rule(Protocol):
    def __call__(self, at: float, new: Sequence[float], listed: int) -> float:
        """Seconds until the next poll. `new`: when what this one found was published."""
        ...


def fixed(scale: float, default: float, _least: float, _most: float) -> Rule:
    return lambda _at, _new, _listed: default * scale


def miniflux(scale: float, _default: float, least: float, most: float) -> Rule:
    """Miniflux `entry_frequency`: a week through the number of articles of the last week, times a factor (1)."""
    recent: deque[float] = deque()

    def rule(at: float, new: Sequence[float], _listed: int) -> float:
        recent.extend(new)
        while recent and recent[0] < at - WEEK:
            recent.popleft()
        return min(max(WEEK / len(recent) * scale, least), most) if recent else most

    return rule


def nutch(scale: float, default: float, least: float, most: float, *, sync: bool = False) -> Rule:
    """Nutch's AdaptiveFetchSchedule: 0.2 shorter after a change, 0.4 longer without one.

    With `sync_delta` (as shipped) an interval is at least the time since the last change, and the next poll is drawn back
    by 0.3 of that time; never below the least (NUTCH-1564). The constant that is turned is the 0.4.
    """
    state = {"interval": default, "changed": 0.0}

    def rule(at: float, new: Sequence[float], _listed: int) -> float:
        state["interval"] *= 0.8 if new else 1 + 0.4 * scale
        drawn = 0.0
        if new:
            state["changed"] = at
        if sync:
            delta = at - state["changed"]
            state["interval"] = max(state["interval"], delta)
            drawn = 0.3 * delta
        state["interval"] = min(max(state["interval"], least), most)
        return max(state["interval"] - drawn, least)

    return rule


def nutch_sync(scale: float, default: float, least: float, most: float) -> Rule:
    return nutch(scale, default, least, most, sync=True)


def stormcrawler(scale: float, default: float, least: float, most: float) -> Rule:
    """StormCrawler's AdaptiveScheduler: half way to the least interval after a change, half as long again without one.

    The constant that is turned is the second half.
    """
    state = {"interval": default}

    def rule(_at: float, new: Sequence[float], _listed: int) -> float:
        interval = state["interval"]
        longer = min(interval * (1 + 0.5 * scale), most)
        state["interval"] = 0.5 * interval + 0.5 * least if new else longer
        return state["interval"]

    return rule


def media_cloud(scale: float, default: float, least: float, most: float) -> Rule:
    """Media Cloud's rss-fetcher: by the share of an answer that is known already.

    Under a share of known articles the interval is 60 minutes of 12 hours shorter, or the default where it was longer;
    over another it is 10 minutes longer. The shares were 50 and 100 %, later 33 and 67 %: of so many new articles a poll
    that its intervals are half days. Here any new article makes it shorter, and the minutes are of the default interval.
    The constant that is turned is the 10.
    """
    state = {"interval": default}
    minute = default / 720

    def rule(_at: float, new: Sequence[float], _listed: int) -> float:
        interval = state["interval"]
        if new:
            interval = default if interval > default else interval - 60 * minute
        else:
            interval += 10 * minute * scale
        state["interval"] = min(max(interval, least), most)
        return state["interval"]

    return rule


PEERS: dict[str, Callable[[float, float, float, float], Rule]] = {
    "fixed": fixed,
    "Miniflux": miniflux,
    "Nutch": nutch_sync,
    "Nutch, no sync": nutch,
    "StormCrawler": stormcrawler,
    "Media Cloud": media_cloud,
}
