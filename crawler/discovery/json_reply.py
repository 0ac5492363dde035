"""A reply as JSON: bare, within the call of a JSONP function, or in a script of a page."""

import json
import re
from typing import Any

from crawler.discovery.link import DiscoveryError, Reply
from crawler.discovery.page import looks_like
from crawler.reading.decoding import decode
from crawler.reading.page import parse_html
from crawler.reading.states import states
from crawler.recipe import State

_DECODER = json.JSONDecoder(strict=False)
# What keeps a script element of another site from running the reply.
_GUARD = re.compile(r"\s*(?:\)\]\}',?|while\s*\(1\);?|for\s*\(;;\);?)?\s*")
# `name(`, `/**/name.part[0](`, `try{name(`: the reply as a call.
_CALL = re.compile(r"[\s;]*(?:/\*[^*]{0,100}\*/\s*)?(?:try\s*\{\s*)?[\w$.\[\]\"']{1,100}\s*\(\s*(?=[\[{])")


def parsed(reply: Reply) -> Any:
    """The value that the reply is. Raises DiscoveryError."""
    text = decode(reply.body, reply.content_type).lstrip("\ufeff")
    wrapped = _CALL.match(text) or _GUARD.match(text)
    try:
        value, _ = _DECODER.raw_decode(text, wrapped.end() if wrapped else 0)
    except (ValueError, RecursionError) as error:
        raise DiscoveryError(f"not JSON but {looks_like(reply.body, reply.content_type)}") from error
    return value


def in_scripts(reply: Reply, state: State) -> tuple[Any, ...]:
    """The values of every script of the page that the recipe means. Raises DiscoveryError where there is none."""
    found = states(parse_html(decode(reply.body, reply.content_type)), (state,), None)
    if not found:
        seen = looks_like(reply.body, reply.content_type)
        raise DiscoveryError(f"no JSON in {state.script!r} of {seen}")
    return found
