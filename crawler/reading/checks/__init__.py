"""Replies that are no article: by status and address, by what is known of check pages, by what was read of them."""

from crawler.reading.checks.kinds import refuse_text
from crawler.reading.checks.known import (
    is_home,
    known,
    known_by_recipe,
    refuse_address,
    refuse_emptiness,
    refuse_status,
    refuse_surely,
    refused,
)

__all__ = [
    "is_home",
    "known",
    "known_by_recipe",
    "refuse_address",
    "refuse_emptiness",
    "refuse_status",
    "refuse_surely",
    "refuse_text",
    "refused",
]
