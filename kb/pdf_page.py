"""A program of its own: reads a PDF from standard input, prints its pages' sizes or one as PNG.

It runs apart because PDFium may crash on a file, and takes no two threads at once.
"""

from __future__ import annotations

import json
import struct
import sys
import zlib
from typing import Any

WIDTH = 1000
"""Pixels of an image's width."""
MOST_PIXELS = 4_000_000
SHARPEST = 4.0
"""Pixels to a point, at most."""
MOST_PAGES = 5_000
MEMORY = 2 * 2**30
SECONDS = 20


def main(what: str) -> None:
    """Print the sizes of all pages as JSON, or the page of this number as PNG."""
    limit_resources()
    import pypdfium2

    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    if what == "sizes":
        pages = range(min(len(document), MOST_PAGES))
        answer = json.dumps([document.get_page_size(page) for page in pages]).encode()
    else:
        answer = image(document[int(what) - 1])
    sys.stdout.buffer.write(answer)


def limit_resources() -> None:
    """Have the system stop this process before it takes all there is, where it can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def image(page: Any) -> bytes:
    """Draw a page as it is shown, turned and cropped."""
    width, height = page.get_size()
    scale = min(WIDTH / width, (MOST_PIXELS / (width * height)) ** 0.5, SHARPEST)
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    return png(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride)


def png(content: bytes, width: int, height: int, stride: int) -> bytes:
    """Give rows of red, green and blue bytes as PNG."""
    rows = (content[start : start + 3 * width] for start in range(0, height * stride, stride))
    packed = zlib.compress(b"".join(b"\0" + row for row in rows), 4)
    head = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, data) for name, data in chunks)


def chunk(name: bytes, data: bytes) -> bytes:
    """Give a part of a PNG file: its length, name, content and checksum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


if __name__ == "__main__":
    main(sys.argv[1])
