"""Word's equations as a line of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from pipelines.parse.tidy import SUPERSCRIPT

PROPERTIES = "Pr"


def equation_text(element: etree._Element) -> str:
    """What an equation says, read from left to right."""
    return "".join(text for _, text in pieces(element))


def pieces(element: etree._Element) -> Iterator[tuple[str, str]]:
    """The name and the text of each part of an equation."""
    for part in element:
        if not isinstance(part.tag, str):
            continue
        name = etree.QName(part).localname
        if name == "t":
            yield name, part.text or ""
        elif not name.endswith(PROPERTIES):
            # Each part is read once here: read twice, a nest of n parts would take 2**n.
            parts = list(pieces(part))
            yield name, structure(name, dict(parts), "".join(text for _, text in parts))


def structure(name: str, inner: Mapping[str, str], whole: str) -> str:
    """A fraction, root, power or pair of brackets from its parts by name; all else is `whole`."""
    match name:
        case "f":
            return f"{grouped(inner.get('num', ''))}/{grouped(inner.get('den', ''))}"
        case "rad":
            return f"√{grouped(inner.get('e', ''))}"
        case "sSup":
            return inner.get("e", "") + power(inner.get("sup", ""))
        case "d":
            return f"({whole})"
    return whole


def grouped(text: str) -> str:
    """A text in brackets, unless it is one number or sign."""
    return text if text.replace(".", "").isalnum() else f"({text})"


def power(text: str) -> str:
    """A power as raised digits, or behind a caret."""
    return text.translate(SUPERSCRIPT) if text.isdecimal() else f"^{grouped(text)}"
