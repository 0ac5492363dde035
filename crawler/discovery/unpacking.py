"""A large reply in small pieces, unpacked if it is packed."""

import zlib
from collections.abc import Iterator

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
    unpacker, members = zlib.decompressobj(_WITH_GZIP_HEADER), 1
    try:
        for packed in _slices(body):
            data = packed
            while data:
                if unpacker.eof:
                    members += 1
                    if not data.startswith(_GZIP[:1]) or members > _MOST_MEMBERS:
                        return  # padding
                    unpacker = zlib.decompressobj(_WITH_GZIP_HEADER)
                yield unpacker.decompress(data, _CHUNK)
                data = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
        yield unpacker.flush()
    except zlib.error:
        return
