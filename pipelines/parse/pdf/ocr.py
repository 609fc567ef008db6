"""Pages that are images: which they are, and their lines as Tesseract sees them."""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import pypdfium2 as pdfium

from kb.models import ReadBy
from pipelines.parse.pdf.hocr import recognise, turned
from pipelines.parse.pdf.layout import PageLayout
from pipelines.parse.pdf.seen import evened, is_sure, printed, usual_size
from pipelines.tesseract import Tesseract

FEW_CHARACTERS = 40
"""Fewer between head and foot are no page of text."""

COVERED = 0.5
"""The share of a page that images must cover, if they are to be what is to be read."""

DPI, MOST_PIXELS = 300, 20_000_000

DARK, SPECKS = 128, 1e-4
"""From 0 (black) to 255: the tones of ink, and the share of a blank page that may have them."""

INVISIBLE = 3


def is_scanned(page: Any, layouts: Sequence[PageLayout]) -> bool:
    """Whether a page is an image, perhaps with a running head, or has text that names no letter."""
    text = "".join(line.text for layout in layouts for line in layout.lines)
    return is_lost(text) or (body_characters(layouts) < FEW_CHARACTERS and covered(page) >= COVERED)


def is_lost(text: str) -> bool:
    """Whether more characters mean nothing than are letters."""
    lost = sum(1 for c in text if c == "\ufffd" or "\ue000" <= c <= "\uf8ff")
    return lost > sum(map(str.isalpha, text))  # private signs are no letters to Python


def body_characters(layouts: Sequence[PageLayout]) -> int:
    """How many characters stand between the head and the foot of a page."""
    return sum(len(line.text.replace(" ", "")) for layout in layouts for line in layout.body)


def covered(page: Any) -> float:
    """The share of a page's area that its images take, those that lie on others counted too."""
    left, bottom, right, top = page.get_cropbox()
    area = 0.0
    for image in objects_of(page, pdfium.raw.FPDF_PAGEOBJ_IMAGE):
        x0, y0, x1, y1 = image.get_bounds()
        area += max(0.0, min(x1, right) - max(x0, left)) * max(0.0, min(y1, top) - max(y0, bottom))
    return float(area / max((right - left) * (top - bottom), 1.0))


def objects_of(page: Any, kind: int) -> Iterator[Any]:
    """The page's objects of one kind."""
    try:
        yield from page.get_objects(filter=[kind], max_depth=3)
    except pdfium.PdfiumError:
        return


def is_recognised(page: Any) -> bool:
    """Whether all text of a page is invisible: what someone's OCR laid over an image."""
    texts = objects_of(page, pdfium.raw.FPDF_PAGEOBJ_TEXT)
    modes = (pdfium.raw.FPDFTextObj_GetTextRenderMode(text.raw) for text in texts)
    first = next(modes, None)
    return first == INVISIBLE and all(mode == INVISIBLE for mode in modes)


Seen = tuple[PageLayout, ReadBy]
"""What Tesseract saw on a page, and whether it did ("ocr"), "failed" or had no ink."""


@dataclass(slots=True)
class Scans:
    """Images of pages on their way through Tesseract, several at once; for use in `with`."""

    found: dict[int, Seen] = field(default_factory=dict)
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(min(os.cpu_count() or 1, 4))
    )
    _ahead: deque[Future[Seen]] = field(default_factory=deque)

    def __enter__(self) -> Scans:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def add(self, tesseract: Tesseract, page: Any, number: int) -> None:
        """Draw a page and send it off; waits while many are on their way."""
        image = drawn(page)
        self._ahead.append(self._pool.submit(read_image, tesseract, image, number))
        while len(self._ahead) > 4:
            self._take()

    def finish(self) -> dict[int, Seen]:
        """What was seen on the pages by number, as soon as all are read."""
        while self._ahead:
            self._take()
        usual = usual_size(line for page, _ in self.found.values() for line in page.lines)
        return {
            number: (replace(page, lines=tuple(evened(page.lines, usual))), read_by)
            for number, (page, read_by) in self.found.items()
        }

    def _take(self) -> None:
        layout, read_by = self._ahead.popleft().result()
        self.found[layout.number] = layout, read_by


@dataclass(frozen=True, slots=True)
class Image:
    """A page in grey, row by row from the top, and its pixels per point."""

    width: int
    height: int
    pixels: bytes
    scale: float

    def pgm(self) -> bytes:
        """The image as a file that Tesseract reads."""
        return b"P5 %d %d 255\n" % (self.width, self.height) + self.pixels

    def is_blank(self) -> bool:
        """Whether nothing dark is on it but a few specks."""
        inked = self.pixels.translate(bytes(tone < DARK for tone in range(256))).count(1)
        return inked <= SPECKS * len(self.pixels)

    def turned(self, quarters: int) -> Image:
        """The image turned clockwise by so many quarters."""
        width, height, pixels = self.width, self.height, self.pixels
        for _ in range(quarters):
            columns = (pixels[x::width][::-1] for x in range(width))
            pixels, width, height = b"".join(columns), height, width
        return Image(width, height, pixels, self.scale)


def drawn(page: Any) -> Image:
    """A page as it is shown, in the resolution that Tesseract likes."""
    width, height = page.get_size()
    scale = min(DPI / 72, math.sqrt(MOST_PIXELS / max(width * height, 1.0)))
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        rows = bytes(bitmap.buffer)
        kept = (rows[y * bitmap.stride :][: bitmap.width] for y in range(bitmap.height))
        pixels = rows if bitmap.stride == bitmap.width else b"".join(kept)
        return Image(bitmap.width, bitmap.height, pixels, scale)
    finally:
        bitmap.close()


def read_image(tesseract: Tesseract, image: Image, number: int) -> Seen:
    """The lines of a page; one that makes little sense is turned if it does not stand upright."""
    dpi, quarters = 72 * image.scale, 0
    lines = recognise(tesseract, image.pgm(), dpi)
    if (
        lines is not None
        and not is_sure(lines)
        and (quarters := turned(tesseract, image.pgm(), dpi))
    ):
        image = image.turned(quarters)
        lines = recognise(tesseract, image.pgm(), dpi)
    size = (image.width / image.scale, image.height / image.scale)
    if lines is None:
        return PageLayout(number, *size, ()), "failed"
    found = tuple(printed(lines, number, size, scale=image.scale, quarters=quarters))
    return PageLayout(number, *size, found), "ocr" if found or not image.is_blank() else "blank"
