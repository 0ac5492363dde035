"""Pure: what a site's answers ask of us, in seconds and moments."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapy.robotstxt import ProtegoRobotParser, RobotParser

LONGEST_DELAY = 30  # seconds; a longer Crawl-delay would make a crawl of one feed take hours
LONGEST_REST = timedelta(days=1)
FIRST_REST = timedelta(minutes=5)
_MOST_DOUBLINGS = 20
_DIGITS = re.compile(r"\d+", re.ASCII)
_MAX_AGE = re.compile(r'max-age="?(\d+)"?', re.ASCII)
_REFUSED = (403, 429)
# 503 with Retry-After means the site; without, it may well be the page alone.
_SAYS_WHEN = (403, 429, 503)


def rest(status: int, retry_after: str | None, refusals: int, now: datetime) -> tuple[datetime, str] | None:
    """Until when the domain of an answer is to be left alone and why; None where the answer asks for nothing.

    `refusals`: how often in a row the domain has refused us before.
    """
    stated = moment(retry_after, now) if status in _SAYS_WHEN else None
    if stated is not None:
        return stated, f"{status}, Retry-After"
    return (growing(refusals, now), str(status)) if status in _REFUSED else None


def moment(retry_after: str | None, now: datetime) -> datetime | None:
    """What a Retry-After names, in seconds or as a date (RFC 9110 §10.2.3): a day off at most, never in the past."""
    text = (retry_after or "").strip()
    if re.fullmatch(r"\d+", text, re.ASCII):
        # Digits beyond the tenth make no difference to what is a day at most.
        return _later(now, timedelta(seconds=int(text[:10])))
    try:
        stated = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    stated = stated if stated.tzinfo else stated.replace(tzinfo=UTC)
    return _later(now, max(stated - now, timedelta()))


def growing(failures: int, now: datetime) -> datetime:
    """When to try again after so many failures before this one: minutes, twice as long each time, a day at most."""
    return _later(now, FIRST_REST * 2 ** min(failures, _MOST_DOUBLINGS))


def _later(now: datetime, wait: timedelta) -> datetime:
    """A day from now at most; to the full second, and not before it, because so it is stored."""
    until = now + min(wait, LONGEST_REST)
    return until.replace(microsecond=0) + timedelta(seconds=until.microsecond > 0)


def fresh_for(cache_control: str | None, age: str | None) -> int | None:
    """Seconds for which an answer is still good (RFC 9111 §4.2), a day at most; None where it does not say.

    Whoever wants it asked for again each time says so: `no-cache`, `no-store`.
    """
    stated = [one.strip().lower() for one in (cache_control or "").split(",")]
    if "no-cache" in stated or "no-store" in stated:
        return 0
    lasts = next((match for one in stated if (match := _MAX_AGE.fullmatch(one))), None)
    if lasts is None:
        return None
    past = int(age[:10]) if age and _DIGITS.fullmatch(age) else 0
    return max(0, min(int(lasts[1][:10]) - past, int(LONGEST_REST.total_seconds())))


def is_ahead(until: datetime | None, now: datetime) -> bool:
    """Is the moment still to come? One further off than any rest was set by a wrong clock, and does not hold."""
    return until is not None and now < until <= now + LONGEST_REST + timedelta(seconds=1)


def asked_delay(parser: RobotParser, agent: str) -> float:
    """Seconds between two requests as a robots.txt wants them: its Crawl-delay or Request-rate, 0 without either."""
    delay = parser.crawl_delay(agent) or 0.0
    rate = parser.rp.request_rate(agent) if isinstance(parser, ProtegoRobotParser) else None
    # Whole numbers of any length stand there; such a quotient may be too large for a float.
    per_request = min(rate.seconds, 10**9 * rate.requests) / rate.requests if rate else 0.0
    return max(delay, per_request)


def pace(held: float, latency: float, status: int) -> float:
    """Seconds between two requests to a domain that took `latency` to answer.

    As Scrapy's AutoThrottle has it: as long as the site takes, at once where that is longer than `held`, else half
    way there; an error, which is quickly answered, makes nothing faster.
    """
    if latency >= held:
        return latency
    return (held + latency) / 2 if status in (200, 304) else held
