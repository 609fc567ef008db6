"""An Atom feed of what is new in a knowledge base. RFC 4287"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

from kb.rows import Row

ATOM = "http://www.w3.org/2005/Atom"
MOST = 500
LONGEST = 120


def feed(rows: Sequence[Row], *, name: str, updated: str) -> str:
    """Give the feed of changes, of which what went is left out; `updated` is when it last held."""
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    add(root, "id", urn("feed", name))
    add(root, "title", f"New in {name}")
    add(root, "updated", updated)
    author = ElementTree.SubElement(root, f"{{{ATOM}}}author")
    add(author, "name", "Evidence knowledge base")
    for row in fresh(rows):
        root.append(entry(row))
    ElementTree.indent(root)
    return ElementTree.tostring(root, "unicode", xml_declaration=False) + "\n"


def fresh(rows: Sequence[Row]) -> Iterable[Row]:
    """Give what came or changed, no more than a reader wants to be sent."""
    return [row for row in rows if row["change"] != "went"][:MOST]


def entry(row: Row) -> ElementTree.Element:
    """Give the entry of a document or a claim."""
    element = ElementTree.Element(f"{{{ATOM}}}entry")
    add(element, "id", urn(row["kind"], row["id"]))
    add(element, "title", title_of(row))
    add(element, "updated", row["finished"])
    if str(row["url"]).startswith(("http://", "https://")):
        ElementTree.SubElement(
            element, f"{{{ATOM}}}link", rel="alternate", href=printable(row["url"])
        )
    add(element, "category", None, term=row["code"] or row["kind"])
    page = f", p. {row['page']}" if row["page"] else ""
    year = f" ({row['year']})" if row["year"] else ""
    said = f"“{row['quote']}” " if row["quote"] else ""
    add(element, "content", f"{said}{row['title']}{year}{page}", type="text")
    return element


def title_of(row: Row) -> str:
    """Give an entry's title: the document's, or the beginning of the quotation."""
    if row["kind"] == "document":
        return f"{row['title']} (new version)" if row["change"] == "changed" else row["title"]
    quote = row["quote"]
    short = quote if len(quote) <= LONGEST else quote[:LONGEST].rsplit(" ", 1)[0] + " …"
    return f"{row['code'].replace('_', ' ')}: {short}"


def add(parent: ElementTree.Element, name: str, text: str | None, **attributes: str) -> None:
    """Add an element with a text."""
    child = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    child.text = printable(text) if text is not None else None


def printable(text: str) -> str:
    """Give a text without what XML cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or c.isprintable() or c == "\u00ad")


def urn(kind: str, name: str) -> str:
    """Give the lasting id of a thing."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"evidence-kb:{kind}:{name}").urn
