"""Opening a PDF, and why one that cannot be read cannot."""

from __future__ import annotations

from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from kb.errors import UnreadableFile

DAMAGED = "is damaged or not a PDF; open it in a viewer and save it anew"
EMPTY = "is empty; supply the file itself"
CUT_OFF = "is cut off or damaged; fetch it again"
LOCKED = "is protected by a password; save a copy without one"
UNKNOWN_LOCK = "is encrypted in an unknown way; save a copy without protection"
FORM = "is a form that only Adobe's programs show; open it in Acrobat and print it to PDF"
PORTFOLIO = "only wraps other files (a PDF portfolio); save those from Acrobat"

TAIL = 2048
"""Bytes at the end of a file, where a PDF says that it ends and where its table is."""

FEW_WORDS = 150
"""Words of a page that only says with which program to open the file."""


def opened(content: bytes) -> Any:
    """PDFium's document; raise UnreadableFile if it is none, locked, damaged or cut off."""
    if b"%PDF-" not in content[:1024]:
        raise UnreadableFile(DAMAGED if content else EMPTY)
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise UnreadableFile(reason_of(getattr(error, "err_code", 0), content)) from None


def reason_of(code: int | None, content: bytes) -> str:
    """Why PDFium refuses a file: it also asks for a password where the file's end is lost."""
    tail = content[-TAIL:]
    if b"%%EOF" not in tail and b"startxref" not in tail:
        return CUT_OFF
    if code == raw.FPDF_ERR_PASSWORD and b"/Encrypt" in content:
        return LOCKED
    return UNKNOWN_LOCK if code == raw.FPDF_ERR_SECURITY else DAMAGED


def check_shown(document: Any, content: bytes, text: str) -> None:
    """Raise UnreadableFile for a form or portfolio of which only a stand-in page can be read."""
    if len(text.split()) > FEW_WORDS:
        return
    form = raw.FPDF_GetFormType(document.raw)
    asks = form == raw.FORMTYPE_XFA_FOREGROUND and "please wait" in text.lower()
    if asks or form == raw.FORMTYPE_XFA_FULL:
        raise UnreadableFile(FORM)
    says_so = b"/Collection" in content or "portfolio" in text.lower()
    if says_so and raw.FPDFDoc_GetAttachmentCount(document.raw) > 0:
        raise UnreadableFile(PORTFOLIO)
