"""Bodies, unpacked no further than they may grow."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from kb.errors import Unfetchable

STEP = 2**18
"""Bytes; no more is unpacked at a time."""


def too_large(largest: int) -> Unfetchable:
    """Give the error for what is larger than it may be."""
    return Unfetchable(
        f"is larger than {largest / 1e6:g} MB; raise settings.largest if it is meant"
    )


def read_body(chunks: Iterable[bytes], encoding: str, largest: int) -> bytes:
    """Put a body together; raises Unfetchable if it is, or unpacks to, more than `largest`."""
    body = bytearray()
    for piece in decoded(chunks, encoding):
        body += piece
        if len(body) > largest:
            raise too_large(largest)
    return bytes(body)


def decoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield what chunks unpack to, in small pieces."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        yield from chunks
    elif name in ("gzip", "x-gzip", "deflate"):
        yield from inflated(chunks)
    else:
        raise Unfetchable(f"is packed in a way that was not asked for ({name[:30]})")


def inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what gzip or deflate packed; raises Unfetchable where it is damaged or ends early."""
    # 32 takes gzip and zlib alike; servers that say deflate mean zlib
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    begun = False
    try:
        for chunk in chunks:
            while chunk and not unpacker.eof:
                begun = True
                yield unpacker.decompress(chunk, STEP)
                chunk = unpacker.unconsumed_tail
    except zlib.error as error:
        raise Unfetchable("is packed and damaged; pull again later") from error
    if begun and not unpacker.eof:
        raise Unfetchable("is packed and ends too early; pull again later")
