"""The pages of a PDF one after the other: how each is read, and how well its order is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import pypdfium2 as pdfium

from kb.models import Page, ReadBy
from pipelines.parse.pdf.doubt import doubtful
from pipelines.parse.pdf.layout import PageLayout
from pipelines.parse.pdf.ocr import Scans, is_lost, is_recognised, is_scanned
from pipelines.tesseract import find_tesseract

INSTALL = "install Tesseract (apt-get install tesseract-ocr) and build again to have it read"
NO_TEXT = f"has only images (a scan?), or a font that names no letters; {INSTALL}"
NOTHING_SEEN = (
    "has no text layer, and no words could be recognised in its images; supply a better scan"
)
OCR_FAILED = "has only images, and Tesseract failed on them; build again to have it try anew"
ALL_DAMAGED = "has only damaged pages; open it in a viewer and save it anew"
EMPTY = "has no text and no images; nothing can be read from it"

LayOut = Callable[[Any, int], Iterable[PageLayout]]
"""What lies on a page: from PDFium's page and its number."""


def read_pages(document: Any, lay_out: LayOut) -> tuple[list[PageLayout], tuple[Page, ...]]:
    """The layouts of all pages, those of images by OCR where Tesseract is installed, and how."""
    layouts: list[list[PageLayout]] = []
    sheets: list[Page] = []
    with Scans() as scans:
        for number in range(1, len(document) + 1):
            found, sheet = read_page(document, number, lay_out, scans)
            layouts.append(found)
            sheets.append(sheet)
        for number, (layout, read_by) in scans.finish().items():
            sheets[number - 1] = replace(sheets[number - 1], read_by=read_by)
            if count_words([layout]) > count_words(layouts[number - 1]):
                layouts[number - 1] = [layout]
    return [layout for found in layouts for layout in found], tuple(sheets)


def read_page(
    document: Any, number: int, lay_out: LayOut, scans: Scans
) -> tuple[list[PageLayout], Page]:
    """One page, closed before the next is opened; a scan's layout comes when all are read."""
    nothing = [PageLayout(number, 0.0, 0.0, ())]
    try:
        page = document[number - 1]
    except pdfium.PdfiumError:
        return nothing, Page(number=number, read_by="damaged")
    try:
        found = list(lay_out(page, number))
        if not is_scanned(page, found):
            return found, text_sheet(page, number, found)
        if tesseract := find_tesseract():  # asked for a scan alone: it takes a process to answer
            scans.add(tesseract, page, number)
            return readable(found) or nothing, Page(number=number, read_by="ocr")
        return readable(found) or nothing, Page(number=number, read_by="nothing")
    except pdfium.PdfiumError:
        return nothing, Page(number=number, read_by="damaged")
    finally:
        page.close()


def text_sheet(page: Any, number: int, layouts: Sequence[PageLayout]) -> Page:
    """What is known of a page that has text, or nothing at all."""
    if not any(layout.lines for layout in layouts):
        return Page(number=number, read_by="blank")
    read_by: ReadBy = "ocr" if is_recognised(page) else "text"
    return Page(number=number, read_by=read_by, doubtful=doubtful(layouts))


def readable(layouts: Sequence[PageLayout]) -> list[PageLayout]:
    """What little text a scanned page has, such as a running head, if it is text at all."""
    return [x for x in layouts if not is_lost("".join(line.text for line in x.lines))]


def count_words(layouts: Sequence[PageLayout]) -> int:
    """How many words lie on a page."""
    return sum(len(line.text.split()) for layout in layouts for line in layout.lines)


def reason_of_none(sheets: Sequence[Page]) -> str:
    """Why a document has no text at all, and what to do."""
    read_by = {sheet.read_by for sheet in sheets}
    if "failed" in read_by:
        return OCR_FAILED
    if "nothing" in read_by:
        return NO_TEXT
    if "ocr" in read_by:
        return NOTHING_SEEN
    return ALL_DAMAGED if "damaged" in read_by else EMPTY
