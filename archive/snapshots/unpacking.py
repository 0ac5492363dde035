"""A body as a browser would have it: what Content-Encoding packed is unpacked, within a bound."""

import sys
import zlib
from collections.abc import Callable, Iterable

try:
    import brotli
except ImportError:  # PyPy
    import brotlicffi as brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MOST_BYTES = 64 * 1024 * 1024
_MOST_LAYERS = 2  # as in a crawl
_PIECE = 1024 * 1024


def unpacked(body: bytes, encodings: Iterable[str], most: int = MOST_BYTES) -> bytes:
    """The body without its layers of packing, the last applied first. Raises ValueError.

    A body that is cut short gives what is there; one that an unknown way packed is given as it is.
    """
    layers = [name for part in encodings for layer in part.split(",") if (name := layer.strip().lower())]
    layers = [name for name in layers if name != "identity"]
    if len(layers) > _MOST_LAYERS:
        raise ValueError(f"packed {len(layers)} times over")
    for name in reversed(layers):
        if name not in _WAYS:
            return body
        try:
            body = _WAYS[name](body, most)
        except (zlib.error, brotli.error, zstd.ZstdError, EOFError) as error:
            raise ValueError(f"not {name}: {error}") from error
    return body


def _gunzip(body: bytes, most: int) -> bytes:
    pieces, size = [], 0
    while body:
        unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
        pieces.append(unzip.decompress(body, most - size + 1))
        size = _bounded(size + len(pieces[-1]), most)
        body = unzip.unused_data.lstrip(b"\0")  # padding, as gzip allows
    return b"".join(pieces)


def _inflate(body: bytes, most: int) -> bytes:
    try:
        content = zlib.decompressobj().decompress(body, most + 1)
    except zlib.error:  # without the header, as some servers send it
        content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(body, most + 1)
    _bounded(len(content), most)
    return content


def _unbrotli(body: bytes, most: int) -> bytes:
    unpack = brotli.Decompressor()
    pieces = [unpack.process(body, output_buffer_limit=_PIECE)]
    size = len(pieces[0])
    while pieces[-1] and not unpack.is_finished():
        pieces.append(unpack.process(b"", output_buffer_limit=_PIECE))
        size = _bounded(size + len(pieces[-1]), most)
    return b"".join(pieces)


def _unzstd(body: bytes, most: int) -> bytes:
    pieces, size = [], 0
    while body:
        unpack = zstd.ZstdDecompressor()
        pieces.append(unpack.decompress(body, most - size + 1))
        size = _bounded(size + len(pieces[-1]), most)
        body = unpack.unused_data if unpack.eof else b""
    return b"".join(pieces)


def _bounded(size: int, most: int) -> int:
    if size > most:
        raise ValueError(f"unpacks to more than {most} bytes")
    return size


_WAYS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
