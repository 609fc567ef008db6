"""Word's equations as a line of text."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pipelines.parse.tidy import SUPERSCRIPT

PROPERTIES = "Pr"


def equation_text(element: etree._Element) -> str:
    """What an equation says, read from left to right."""
    return "".join(pieces(element))


def pieces(element: etree._Element) -> Iterator[str]:
    """The text of each part of an equation."""
    for part in element:
        if not isinstance(part.tag, str):
            continue
        name = etree.QName(part).localname
        if name == "t":
            yield part.text or ""
        elif not name.endswith(PROPERTIES):
            yield structure(part, name)


def structure(part: etree._Element, name: str) -> str:
    """The text of a fraction, root, power or pair of brackets; of all else, what is in it."""
    inner = {etree.QName(child).localname: equation_text(child) for child in part}
    match name:
        case "f":
            return f"{grouped(inner.get('num', ''))}/{grouped(inner.get('den', ''))}"
        case "rad":
            return f"√{grouped(inner.get('e', ''))}"
        case "sSup":
            return inner.get("e", "") + power(inner.get("sup", ""))
        case "d":
            return f"({equation_text(part)})"
    return equation_text(part)


def grouped(text: str) -> str:
    """A text in brackets, unless it is one number or sign."""
    return text if text.replace(".", "").isalnum() else f"({text})"


def power(text: str) -> str:
    """A power as raised digits, or behind a caret."""
    return text.translate(SUPERSCRIPT) if text.isdecimal() else f"^{grouped(text)}"
