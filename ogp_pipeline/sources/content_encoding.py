"""What a server packed for the way (``Content-Encoding``), unpacked piece by piece; whole, or not at all.

Only codings that mark their own end are asked for and taken: of ``br`` and ``zstd`` nobody here could tell whether
their end came. One coding at a time: a pack within a pack can make terabytes of nothing.
"""

import zlib
from collections.abc import Iterable, Iterator

ACCEPTED = "gzip, deflate"  # the header ``Accept-Encoding``
_PIECE = 1 << 16
# "utf-8" and "none" are no codings, but servers say them of what they did not pack.
_PLAIN = frozenset({"", "identity", "none", "utf-8"})
_GZIP = frozenset({"gzip", "x-gzip"})
_GZIP_BITS, _ZLIB_BITS, _BARE_BITS = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


class Broken(Exception):
    """The packed bytes end too early, go on behind their end, or are something else."""


def is_known(coding: str) -> bool:
    """Whether ``unpack`` knows the coding, a value of ``Content-Encoding`` in small letters."""
    return coding in _PLAIN or coding in _GZIP or coding == "deflate"


def unpack(pieces: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """The pieces unpacked, none of them long. Broken if they are not whole, after what could be unpacked."""
    if coding in _PLAIN:
        yield from pieces
        return
    try:
        yield from _gunzip(pieces) if coding in _GZIP else _inflate(pieces)
    except zlib.error as error:
        raise Broken(f"its {coding} content is damaged: {error}") from error


def _gunzip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """One gzip member behind the other, as the format allows, and nothing else."""
    member = zlib.decompressobj(_GZIP_BITS)
    for piece in pieces:
        packed = piece
        while packed:
            if member.eof:
                member = zlib.decompressobj(_GZIP_BITS)
            yield from _drain(member, packed)
            packed = member.unused_data
    if not member.eof:
        raise Broken("its gzip content ends before its end")


def _inflate(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """``deflate`` is the zlib format; some servers send it bare, without head and checksum."""
    head, stream = b"", None
    for piece in pieces:
        packed = piece
        if stream is None:
            head += piece
            if len(head) < 2:
                continue
            stream, packed = zlib.decompressobj(_ZLIB_BITS if _is_zlib(head) else _BARE_BITS), head
        elif stream.eof:
            raise Broken("something stands behind the end of its deflate content")
        yield from _drain(stream, packed)
        if stream.unused_data:
            raise Broken("something stands behind the end of its deflate content")
    if stream is None or not stream.eof:
        raise Broken("its deflate content ends before its end")


def _is_zlib(head: bytes) -> bool:
    return head[0] & 0x0F == 8 and int.from_bytes(head[:2]) % 31 == 0


def _drain(stream: "zlib._Decompress", packed: bytes) -> Iterator[bytes]:
    """All that comes of these bytes, in pieces: a thousand bytes may unpack to a million."""
    while True:
        unpacked = stream.decompress(packed, _PIECE)
        packed = stream.unconsumed_tail
        if unpacked:
            yield unpacked
        if stream.eof or (not packed and len(unpacked) < _PIECE):
            return
