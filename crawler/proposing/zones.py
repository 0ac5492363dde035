"""Pure: the time zone a site lives by, told by the offsets it states, by times it gives twice, and by its language."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

_BY_LANGUAGE = {
    "zh": ("Asia/Shanghai",), "zh-CN": ("Asia/Shanghai",), "zh-Hans": ("Asia/Shanghai",), "zh-TW": ("Asia/Taipei",),
    "zh-Hant": ("Asia/Taipei",), "zh-HK": ("Asia/Hong_Kong",), "ja": ("Asia/Tokyo",), "ko": ("Asia/Seoul",),
    "de": ("Europe/Berlin",), "de-AT": ("Europe/Vienna",), "de-CH": ("Europe/Zurich",), "fr": ("Europe/Paris",),
    "it": ("Europe/Rome",), "es": ("Europe/Madrid",), "nl": ("Europe/Amsterdam",), "pl": ("Europe/Warsaw",),
    "da": ("Europe/Copenhagen",), "sv": ("Europe/Stockholm",), "nb": ("Europe/Oslo",), "no": ("Europe/Oslo",),
    "fi": ("Europe/Helsinki",), "cs": ("Europe/Prague",), "hu": ("Europe/Budapest",), "ro": ("Europe/Bucharest",),
    "el": ("Europe/Athens",), "tr": ("Europe/Istanbul",), "ru": ("Europe/Moscow",), "uk": ("Europe/Kyiv",),
    "pt": ("Europe/Lisbon",), "pt-BR": ("America/Sao_Paulo",), "hi": ("Asia/Kolkata",), "vi": ("Asia/Ho_Chi_Minh",),
    "th": ("Asia/Bangkok",), "id": ("Asia/Jakarta",), "he": ("Asia/Jerusalem",), "fa": ("Asia/Tehran",),
    "en-GB": ("Europe/London",), "en-IE": ("Europe/Dublin",), "en-IN": ("Asia/Kolkata",), "en-SG": ("Asia/Singapore",),
    "en-AU": ("Australia/Sydney",), "en-NZ": ("Pacific/Auckland",), "en-ZA": ("Africa/Johannesburg",),
    "en-CA": ("America/Toronto",), "en-US": ("America/New_York", "America/Los_Angeles", "America/Chicago", "America/Denver"),
}  # fmt: skip
_BY_ENDING = {
    "cn": "Asia/Shanghai", "tw": "Asia/Taipei", "hk": "Asia/Hong_Kong", "jp": "Asia/Tokyo", "kr": "Asia/Seoul",
    "de": "Europe/Berlin", "uk": "Europe/London", "ie": "Europe/Dublin", "in": "Asia/Kolkata", "sg": "Asia/Singapore",
    "nz": "Pacific/Auckland", "ru": "Europe/Moscow",
}  # fmt: skip
_OTHERS = (
    "Europe/London", "America/New_York", "America/Los_Angeles", "America/Chicago", "America/Denver", "Europe/Berlin",
    "Asia/Shanghai", "Asia/Tokyo", "Asia/Kolkata", "Australia/Sydney", "Europe/Moscow", "Europe/Helsinki",
    "America/Sao_Paulo", "Asia/Singapore", "Asia/Dubai", "Asia/Dhaka", "Asia/Bangkok", "Asia/Karachi", "Australia/Brisbane",
    "Pacific/Auckland", "America/Halifax", "America/Phoenix", "Africa/Johannesburg", "Africa/Lagos", "Asia/Tehran",
)  # fmt: skip
_NEAR = timedelta(minutes=5)
_WIDEST = timedelta(hours=14)


def home_of(language: str | None, url: str) -> str | None:
    """The zone in which the language is at home, or that the host's ending names; None where neither tells."""
    host = urlsplit(url).hostname or ""
    by_ending = _BY_ENDING.get(host.rpartition(".")[2])
    if language is None:
        return by_ending
    known = _BY_LANGUAGE.get(language) or _BY_LANGUAGE.get(language.partition("-")[0])
    if language.partition("-")[0] == "en":
        return by_ending or (known[0] if known and language != "en-US" else None)
    # `zh` on a host of Taiwan; a German word is at home in Germany under `.com`, too.
    is_bare = "-" not in language
    return (
        by_ending
        if is_bare and by_ending and known and language == "zh"
        else known[0]
        if known
        else by_ending
    )


def zone_of(
    language: str | None, url: str, stated: Sequence[datetime], pairs: Iterable[tuple[datetime, datetime]]
) -> tuple[str, str]:
    """The zone, and how it was told.

    `stated`: times with the offsets that the site itself writes. `pairs`: a time without an offset, read as UTC,
    and the same moment as the feed states it.
    """
    offsets = [(moment, moment.utcoffset() or timedelta()) for moment in stated]
    told = [(moment, offset) for moment, offset in offsets if offset]
    home = home_of(language, url)
    if told and len(told) * 2 >= len(offsets):
        name = _fitting(told, home, language)
        if name:
            return name, f"its times bear the offset {_shown(told[0][1])}"
    ahead = [(true, _rounded(local - true)) for local, true in pairs if abs(local - true) <= _WIDEST]
    known = [(true, by) for true, by in ahead if by is not None]
    if known and len(known) == len(ahead):
        name = "UTC" if not any(by for _, by in known) else _fitting(known, home, language)
        if name and (name != "UTC" or len(known) > 1):
            return name, f"its pages' clock is {_shown(known[0][1])} from what its feed states"
    if home:
        return home, f"the home of {language or 'its host’s ending'}; its times bear no other offset"
    return "UTC", "its times bear no offset but UTC's" if offsets else "nothing tells it"


def _fitting(
    told: Sequence[tuple[datetime, timedelta]], home: str | None, language: str | None
) -> str | None:
    """The likeliest zone whose clock shows all of these offsets at their moments."""
    own = _BY_LANGUAGE.get(language or "", ()) or _BY_LANGUAGE.get((language or "").partition("-")[0], ())
    american = _BY_LANGUAGE["en-US"] if (language or "en").startswith("en") else ()
    for name in dict.fromkeys([*([home] if home else []), *own, *american, *_OTHERS]):
        zone = ZoneInfo(name)
        if all(moment.astimezone(zone).utcoffset() == offset for moment, offset in told):
            return name
    hours = {offset for _, offset in told}
    if (
        len(hours) == 1
        and not (offset := hours.pop()) % timedelta(hours=1)
        and abs(offset) <= timedelta(hours=12)
    ):
        return f"Etc/GMT{-int(offset / timedelta(hours=1)):+d}"
    return None


def _rounded(by: timedelta) -> timedelta | None:
    """The difference of two clocks; None where it is none of a quarter of an hour."""
    quarter = timedelta(minutes=15)
    near = round(by / quarter) * quarter
    return near if abs(by - near) <= _NEAR and abs(near) <= _WIDEST else None


def _shown(offset: timedelta) -> str:
    minutes = round(offset / timedelta(minutes=1))
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
