"""Elements that hold prose which is no article's, told by what their class or id calls them."""

import re
from typing import NamedTuple

from crawler.reading.text.blocks import Frame
from crawler.reading.text.hints import NAMES, bits_of


class Called(NamedTuple):
    """Elements of one of these groups, whose class or id reads so in full."""

    bits: int
    name: re.Pattern[str]
    never: tuple[str, ...] = ()  # tags of elements that may be called after what their text is about

    def holds(self, frame: Frame, known: dict[Frame, bool]) -> bool:
        """Whether the element is called so, or one around it."""
        if frame not in known:
            outer = frame.outer
            known[frame] = self._is(frame) or (outer is not None and self.holds(outer, known))
        return known[frame]

    def _is(self, frame: Frame) -> bool:
        if not frame.bits & self.bits or frame.tag in self.never:
            return False
        return any(self.name.search(frame.element.get(name) or "") for name in ("class", "id"))


# Elements that hold comments, not those that say whether a page has any.
TALK = Called(
    bits_of(NAMES, "comment"),
    re.compile(
        r"(?:^|[\s_-])(?<!has[_-])(?<!no[_-])(?<!with[_-])(?:comments?|commentlist|kommentare?|pinglun|disqus|respond)"
        r"(?![a-z])(?![_-]?(?:open|closed?|count|link|status|button|form|icon))",
        re.IGNORECASE,
    ),
)
# What is said of the author below the text. Those called after the author alone may hold the byline, or the text.
LIFE = Called(
    bits_of(NAMES, "author"),
    re.compile(
        r"(?:author|writer|autor|contributor|byline)s?[_-]*(?:bio|info|box|desc|about|profile|card)"
        r"|(?:about|bio)[_-]*(?:the[_-]*)?author|(?:^|[\s_-])bio(?:$|[\s_-])",
        re.IGNORECASE,
    ),
)
# Questions of consent by the usual services and names. `cmp-` alone begins the names of every element on some sites.
CONSENT = Called(
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
