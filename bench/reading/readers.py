"""The readers that are compared: ours, and peers of which each gives what it can."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache

from score import Plain
from structure import Ours

from pipelines.parse import assemble, read
from pipelines.segment import Splitter, load_splitter, segment


@cache
def splitter() -> Splitter:
    """The sentence splitter, loaded once."""
    return load_splitter()


def read_ours(pdf: bytes) -> Ours:
    """The document as a build reads it."""
    parsed = read(pdf, "typeset.pdf")
    document, passages = assemble(parsed, path="typeset.pdf", sha256="0" * 64)
    return Ours(document, passages, segment(document, passages, split=splitter()))


def read_pypdfium2(pdf: bytes) -> Plain:
    """PDFium's own text of each page."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    texts = []
    for page in document:
        text_page = page.get_textpage()
        texts.append(text_page.get_text_range())
        text_page.close()
        page.close()
    document.close()
    return Plain("\n".join(texts))


def read_pdfplumber(pdf: bytes) -> Plain:
    """The text and the tables of each page, as pdfplumber's two calls give them."""
    import pdfplumber

    texts, rows = [], []
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            texts.append(page.extract_text())
            for table in page.extract_tables():
                rows += [tuple((cell or "").replace("\n", " ") for cell in row) for row in table]
            page.close()
    return Plain("\n".join(texts), tuple(rows))


def read_liteparse(pdf: bytes) -> Plain:
    """The Markdown of the whole document, its marks of emphasis left out."""
    from liteparse import LiteParse

    answer = LiteParse(ocr_enabled=False, quiet=True, output_format="markdown").parse(pdf)
    return Plain(str(answer.text).replace("**", "").replace("\\", ""))


def read_pypdf(pdf: bytes) -> Plain:
    """pypdf's text of each page."""
    from pypdf import PdfReader

    return Plain("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


PEERS: dict[str, Callable[[bytes], Plain]] = {
    "pypdfium2": read_pypdfium2,
    "pdfplumber": read_pdfplumber,
    "liteparse": read_liteparse,
    "pypdf": read_pypdf,
}
