"""The bytes of a WARC file in order, unpacked where it is gzipped, and where to begin again after damage."""

import zlib
from typing import BinaryIO

MAGIC = b"\x1f\x8b\x08"
_PIECE = 64 * 1024
_GZIP = zlib.MAX_WBITS | 16


class DamageError(Exception):
    """What lies here is not what it should be."""


class Stream:
    """A file read from `start`, which is where a record begins. Holds a piece or two of it in memory."""

    def __init__(self, file: BinaryIO, start: int = 0) -> None:
        self._file = file
        file.seek(0)
        self._is_gzip = file.read(len(MAGIC)) == MAGIC
        file.seek(start)
        self._packed = b""
        self._unzip: zlib._Decompress | None = None
        self._plain = b""

    def boundary(self) -> int | None:
        """The place in the file from which what comes next can be read alone; None within a gzip member."""
        self._end_member()
        if not self._is_gzip:
            return self._file.tell() - len(self._plain)
        is_between = self._unzip is None and not self._plain
        return self._file.tell() - len(self._packed) if is_between else None

    def line(self, most: int) -> bytes:
        """The next line with its end; empty at the end of the file. Raises DamageError where it is longer."""
        while (end := self._plain.find(b"\n", 0, most)) < 0:
            if len(self._plain) >= most:
                raise DamageError(f"a line of more than {most} bytes")
            if not self._fill():
                end = len(self._plain) - 1
                break
        found, self._plain = self._plain[: end + 1], self._plain[end + 1 :]
        return found

    def take(self, count: int) -> bytes:
        """So many bytes. Raises DamageError where the file ends before."""
        pieces = []
        while count > 0:
            if not self._plain and not self._fill():
                raise DamageError("the file ends within it")
            pieces.append(self._plain[:count])
            count -= len(pieces[-1])
            self._plain = self._plain[len(pieces[-1]) :]
        return b"".join(pieces)

    def skip(self, count: int) -> None:
        """Passes over so many bytes."""
        while count > 0:
            count -= len(self.take(min(count, _PIECE)))

    def begin_again(self, mark: bytes) -> bool:
        """Goes to the next place after damage where a gzip member or, in a plain file, `mark` begins."""
        if self._is_gzip:
            self._plain, self._unzip = b"", None
            return self._seek_in_packed()
        while (found := self._plain.find(mark, 1)) < 0:
            self._plain = self._plain[-len(mark) :]
            if not self._fill():
                return False
        self._plain = self._plain[found:]
        return True

    def _seek_in_packed(self) -> bool:
        while (found := self._packed.find(MAGIC)) < 0:
            piece = self._file.read(_PIECE)
            if not piece:
                self._packed = b""
                return False
            self._packed = self._packed[-len(MAGIC) + 1 :] + piece
        self._packed = self._packed[found:]
        return True

    def _fill(self) -> bool:
        """More to read, if there is any."""
        piece = self._unpacked() if self._is_gzip else self._file.read(_PIECE)
        self._plain += piece
        return bool(piece)

    def _unpacked(self) -> bytes:
        while True:
            self._read_packed()
            if not self._packed:
                return b""
            piece = self._piece()
            if piece:
                return piece

    def _piece(self) -> bytes:
        packed, self._packed = self._packed, b""
        if self._unzip is None:
            packed = packed.lstrip(b"\0")  # padding
            if not packed:
                return b""
            self._unzip = zlib.decompressobj(_GZIP)
        try:
            piece = self._unzip.decompress(packed, _PIECE)
        except zlib.error as error:
            # Another member may begin in what was not read, its own first byte aside.
            self._packed, self._unzip = packed[1:], None
            raise DamageError(str(error)) from error
        self._packed = self._unzip.unused_data if self._unzip.eof else self._unzip.unconsumed_tail
        self._unzip = None if self._unzip.eof else self._unzip
        return piece

    def _end_member(self) -> None:
        """Reads what ends a gzip member after its last byte: eight bytes of sums."""
        while self._unzip is not None and not self._plain:
            self._read_packed()
            self._plain += self._piece()

    def _read_packed(self) -> None:
        self._packed = self._packed or self._file.read(_PIECE)
        if not self._packed and self._unzip is not None:
            self._unzip = None
            raise DamageError("the file ends within it")
