"""A file of which a bit or a byte has flipped, as it was: there is one such text with the recorded digest."""

from collections.abc import Iterator, Sequence
from hashlib import sha256

# Trying them all takes a few seconds at these lengths.
_BITS_UP_TO = 32 * 1024
_BYTES_UP_TO = 4 * 1024


def unflipped(content: bytes, digest: str) -> bytes | None:
    """The content with the one byte put right that makes it this SHA-256 (hex); None where there is none."""
    near = _near_what_is_no_text(content)
    tries: list[tuple[Sequence[int], Sequence[int]]] = [(near, range(1, 256))]
    if len(content) <= _BITS_UP_TO:
        tries.append((range(len(content)), [1 << bit for bit in range(8)]))
    if len(content) <= _BYTES_UP_TO:
        tries.append((range(len(content)), range(1, 256)))
    for positions, masks in tries:
        for found in _matching(content, positions, masks, bytes.fromhex(digest)):
            return found
    return None


def _matching(
    content: bytes, positions: Sequence[int], masks: Sequence[int], digest: bytes
) -> Iterator[bytes]:
    for position in positions:
        before = sha256(content[:position])
        rest = content[position + 1 :]
        for mask in masks:
            byte = bytes((content[position] ^ mask,))
            whole = before.copy()
            whole.update(byte + rest)
            if whole.digest() == digest:
                yield content[:position] + byte + rest


def _near_what_is_no_text(content: bytes) -> range:
    """The bytes around the first that can't be UTF-8: one of them is not as it was."""
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return range(max(0, error.start - 3), min(len(content), error.end + 4))
    return range(0)
