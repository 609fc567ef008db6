"""Bytes of marked-up text to characters."""

from __future__ import annotations

import codecs
import re

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
# Browsers read these labels as windows-1252, and so do the pages that carry them.
LATIN = {"iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii", "iso8859-1"}

ESCAPES = {"utf-7", "unicode-escape", "raw-unicode-escape", "punycode", "idna", "undefined"}
"""What Python calls encodings and browsers do not; in them, bytes can say what is not there."""


def decode(content: bytes) -> str:
    """The characters of a text file; a byte that fits no encoding becomes U+FFFD.

    A byte-order mark decides; then UTF-8, which wrong bytes hardly ever satisfy by accident;
    then what the file declares; then windows-1252.
    """
    for mark, name in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(name, errors="replace")
    if wide := wide_without_mark(content):
        return content.decode(wide, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        name = _declared(content)
        return content.decode(name, errors=STRAY if name == "utf-8" else "replace")


def _stray(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 as windows-1252, for texts are pasted together from both."""
    assert isinstance(error, UnicodeDecodeError)  # it is used for nothing else
    stray = error.object[error.start : error.end]
    at_end = error.end == len(error.object)  # cut off
    return "\ufffd" if at_end else stray.decode("windows-1252", "replace"), error.end


STRAY = "stray"
codecs.register_error(STRAY, _stray)


def wide_without_mark(content: bytes) -> str | None:
    """UTF-16 or UTF-32 by the places of its zero bytes, if the text has no byte-order mark."""
    head = content[:400]
    if len(head) < 4 or 0 not in head:
        return None
    zeros = [head[at::4].count(0) * 4 / len(head) for at in range(4)]
    if min(zeros[1:]) > 0.8 and zeros[0] < 0.1:
        return "utf-32-le"
    if min(zeros[:3]) > 0.8 and zeros[3] < 0.1:
        return "utf-32-be"
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > 0.8 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.8 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _declared(content: bytes) -> str:
    found = DECLARED.search(content[:4096])
    if not found and _mostly_utf8(content):
        return "utf-8"
    name = found.group(1).decode("ascii").lower() if found else "windows-1252"
    if name in LATIN:
        return "windows-1252"
    try:
        "".encode(name)
        b"\xff".decode(name, errors="replace")
    except (LookupError, ValueError):
        return "windows-1252"
    if codecs.lookup(name).name in ESCAPES:
        return "windows-1252"
    # The bytes have just been refused as UTF-8: damaged, or not what they say they are.
    return "utf-8" if name in {"utf-8", "utf8"} and _mostly_utf8(content) else _not_utf8(name)


def _mostly_utf8(content: bytes) -> bool:
    text = content.decode("utf-8", errors="replace")
    foreign = sum(c > "\x7f" for c in text)
    return text.count("\ufffd") * 4 <= foreign


def _not_utf8(name: str) -> str:
    return "windows-1252" if name in {"utf-8", "utf8"} else name
