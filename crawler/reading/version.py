"""Which edition of the reader, and of a site's rules, made an article of a page."""

from crawler.source import Source

# Raised by whoever changes what the reader makes of a page: `broadsheet reparse` then reads the stored pages anew.
EDITION = 1
MODEL = "9e7325e5"  # the first hex digits of the SHA-256 of `text/model.npz`; a test holds it to that

READER = f"{EDITION}.{MODEL}"


def reader_version(source: Source, *, plain: bool) -> str:
    """Equal where the same page is read alike: the reader, the source's recipe, and whether marks are kept."""
    return ".".join((READER, source.digest, *(("plain",) if plain else ())))
