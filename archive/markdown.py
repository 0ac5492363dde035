"""Document, the five strings and the body of a file, to bytes and back as exact inverses.

The format is fixed by the files people already own: see ARCHITECTURE.md, "The file".
"""

import re
from dataclasses import dataclass, fields
from typing import Any

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler

from archive.errors import DocumentError

KEYS = ("layout", "url", "name", "time", "title")

# Gaps become one space. U+2028/9 and U+0085 are in \s already; C0 and C1 controls are not.
_GAP = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
# What UTF-8 or YAML cannot carry: surrogates, non-characters, the byte-order mark.
_UNWRITABLE = re.compile("[\ud800-\udfff\ufeff\ufffe\uffff\U0010ffff]")
_BODY_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BODY_NEWLINE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_LEADING_BLANK_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")
# Plain scalars that some YAML 1.1 or 1.2 reader takes for a number, a time, a truth value or a merge key.
# PyYAML quotes those of its own dialect; these are the others (1e3, 0o7, y, 1_0, 12e03).
_NOT_A_STRING_ELSEWHERE = re.compile(
    r"""[-+]?(?:\d[\d_,]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d*)?
      | [-+]?0[oxbOXB][0-9a-fA-F_]*
      | [-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.\d*)?
      | [-+]?\.(?:inf|nan)
      | y|n|yes|no|on|off|true|false|null|none|~|=|<<""",
    re.VERBOSE | re.IGNORECASE,
)


def one_line(text: str) -> str:
    """The text as a front-matter value: white space and controls folded to single spaces."""
    return _UNWRITABLE.sub("", _GAP.sub(" ", text)).strip()


def clean_body(text: str) -> str:
    """The text as a body: LF newlines, no controls, no blank lines at either end."""
    text = _BODY_CONTROL.sub("", _UNWRITABLE.sub("", _BODY_NEWLINE.sub("\n", text)))
    return _LEADING_BLANK_LINES.sub("", text.rstrip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a file holds. Values are folded to what a file can hold when it is made."""

    url: str
    name: str
    time: str  # "YYYY-MM-DD HH:MM" in the source's own zone
    title: str
    body: str
    layout: str = "post"
    further: tuple[tuple[str, str], ...] = ()  # keys after the five, where a setting asks for them

    def __post_init__(self) -> None:
        for name in KEYS:
            object.__setattr__(self, name, one_line(getattr(self, name)))
        object.__setattr__(self, "body", clean_body(self.body))
        further = tuple((one_line(key), one_line(value)) for key, value in self.further)
        object.__setattr__(self, "further", tuple(pair for pair in further if pair[0] not in ("", *KEYS)))


class _Dumper(yaml.SafeDumper):
    """The pure-Python dumper: the C one escapes emoji."""


def _plain_or_quoted(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "'" if _NOT_A_STRING_ELSEWHERE.fullmatch(value) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _plain_or_quoted)


class _Handler(YAMLHandler):
    """python-frontmatter's YAML, but every value a string and no blank line after the closing ---."""

    def load(self, fm: str, **kwargs: object) -> Any:
        # BaseLoader resolves nothing: a title `2014` and a time stay text.
        return yaml.load(fm, Loader=yaml.BaseLoader)  # noqa: S506

    def export(self, metadata: dict[str, object], **kwargs: object) -> str:
        return yaml.dump(metadata, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf"))

    def format(self, post: frontmatter.Post, **kwargs: object) -> str:
        content = f"{post.content}\n\n" if post.content else ""
        return f"---\n{self.export(post.metadata)}---\n{content}"


_HANDLER = _Handler()


def render(document: Document) -> bytes:
    """The document's file: UTF-8, LF, the five keys first, every block followed by a blank line."""
    metadata: dict[str, Any] = {key: getattr(document, key) for key in KEYS}
    metadata |= document.further
    text: str = frontmatter.dumps(frontmatter.Post(document.body, **metadata), handler=_HANDLER)
    return text.encode()


def parse(content: bytes) -> Document:
    """The document in a file's bytes; raises DocumentError where there is none.

    Takes what a person's editor may leave: a byte-order mark, CRLF, keys in another order.
    """
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
        block, body = _HANDLER.split(text) if text.startswith("---") else ("", "")
        metadata = _HANDLER.load(block)
    except (UnicodeDecodeError, ValueError, yaml.YAMLError) as error:
        raise DocumentError(f"no readable front matter: {str(error).splitlines()[0]}") from error
    return _document(metadata, body)


def _document(metadata: object, body: str) -> Document:
    if not isinstance(metadata, dict) or not metadata.get("url"):
        raise DocumentError("no front matter with a `url`")
    values = {key: value if isinstance(value, str) else _flow(value) for key, value in metadata.items()}
    five = {field.name: values.pop(field.name, "") for field in fields(Document) if field.name in KEYS}
    return Document(**five, body=body.removeprefix("\n"), further=tuple(values.items()))


def _flow(value: object) -> str:
    """A list or mapping that a person wrote into the front matter, as one line of YAML."""
    return str(yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10**9)).strip()
