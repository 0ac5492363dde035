"""Elements that hold prose which is no article's, told by what their class or id calls them."""

import re
from typing import NamedTuple

from crawler.reading.text.blocks import Frame
from crawler.reading.text.hints import NAMES, bits_of


class _Called(NamedTuple):
    """Elements of one of these groups, whose class or id reads so in full."""

    bits: int
    name: re.Pattern[str]
    never: tuple[str, ...] = ()  # tags of elements that may be called after what their text is about

    def fits(self, frame: Frame) -> bool:
        if not frame.bits & self.bits or frame.tag in self.never:
            return False
        return any(self.name.search(frame.element.get(name) or "") for name in ("class", "id"))


# Elements that hold comments, not those that say whether a page has any.
_TALK = _Called(
    bits_of(NAMES, "comment"),
    re.compile(
        r"(?:^|[\s_-])(?<!has[_-])(?<!no[_-])(?<!with[_-])(?:comments?|commentlist|kommentare?|pinglun|disqus|respond)"
        r"(?![a-z])(?![_-]?(?:open|closed?|count|link|status|button|form|icon))",
        re.IGNORECASE,
    ),
)
# What is said of the author below the text. Those called after the author alone may hold the byline, or the text.
_LIFE = _Called(
    bits_of(NAMES, "author"),
    re.compile(
        r"(?:author|writer|autor|contributor|byline)s?[_-]*(?:bio|info|box|desc|about|profile|card)"
        r"|(?:about|bio)[_-]*(?:the[_-]*)?author|(?:^|[\s_-])bio(?:$|[\s_-])",
        re.IGNORECASE,
    ),
)
# Questions of consent by the usual services and names. `cmp-` alone begins the names of every element on some sites.
_CONSENT = _Called(
    bits_of(NAMES, "modal"),
    re.compile(
        r"(?:^|[\s_-])(?:onetrust|ot-(?:sdk|pc)|otpc|didomi|truste|cmpbox|qc-cmp|usercentrics|consent|gdpr"
        r"|cookie[_-]?(?:notice|consent|banner|bar|modal|popup|law|policy|info|settings?|preferences?|message|wall|box|dialog"
        r"|overlay|disclaimer|hint|warning|bot|pro)"
        r"|(?:ccpa|privacy)[_-]?(?:modal|cent|pref|banner|bar|popup|notice|overlay|manager|settings?|dialog|wall|layer|box|content))",
        re.IGNORECASE,
    ),
    never=("body", "main", "article"),
)
TALK, LIFE, CONSENT = 1, 2, 4
_CALLED = ((TALK, _TALK), (LIFE, _LIFE), (CONSENT, _CONSENT))
_ANY = _TALK.bits | _LIFE.bits | _CONSENT.bits


def what_holds(frame: Frame, known: dict[Frame, int]) -> int:
    """Which of `TALK`, `LIFE` and `CONSENT` the element is, or one around it; `known` is the page's so far."""
    found = known.get(frame)
    if found is None:
        found = 0 if frame.outer is None else what_holds(frame.outer, known)
        if frame.bits & _ANY:
            found |= sum(kind for kind, called in _CALLED if called.fits(frame))
        known[frame] = found
    return found
