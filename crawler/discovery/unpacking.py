"""A large reply in small pieces, unpacked if it is packed."""

import zlib
from collections.abc import Iterator
from contextlib import suppress

_GZIP = b"\x1f\x8b"
_CHUNK = 65_536  # bytes
_MOST_BYTES = 50 * 1024 * 1024  # unpacked: the bound of https://www.sitemaps.org/protocol.html
_MOST_MEMBERS = 1_000  # of one gzip file: each costs, though it be empty
_WITH_GZIP_HEADER = 31  # zlib's `wbits`


def unpacked(body: bytes) -> Iterator[bytes]:
    """The body in chunks, gunzipped where it begins as gzip does, whatever its headers say.

    Beyond 50 MiB, and where the gzip is cut off or broken, it ends: what came until then counts.
    """
    room = _MOST_BYTES
    for chunk in _gunzipped(body) if body.startswith(_GZIP) else _slices(body):
        yield chunk[:room]
        room -= len(chunk)
        if room <= 0:
            return


def _slices(body: bytes) -> Iterator[bytes]:
    return (body[start : start + _CHUNK] for start in range(0, len(body), _CHUNK))


def _gunzipped(body: bytes) -> Iterator[bytes]:
    slices, members = _slices(body), 1
    unpacker = zlib.decompressobj(_WITH_GZIP_HEADER)
    packed = next(slices, b"")
    with suppress(zlib.error):
        while packed:
            yield unpacker.decompress(packed, _CHUNK)
            packed = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            packed = packed or next(slices, b"")
            if unpacker.eof and (not packed.startswith(_GZIP[:1]) or members == _MOST_MEMBERS):
                return  # padding, if anything
            if unpacker.eof:
                unpacker, members = zlib.decompressobj(_WITH_GZIP_HEADER), members + 1
        yield unpacker.flush()
