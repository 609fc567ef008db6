"""What a web page says of itself: its meta tags, its JSON-LD, and trafilatura's guesses last."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from kb.models import Bibliography
from pipelines.parse.facts import doi_of, language_code, licence_of, year_of
from pipelines.parse.tidy import fold, plain

TITLES = ("citation_title", "dc.title", "dcterms.title", "og:title", "twitter:title")
AUTHORS = ("citation_author", "dc.creator", "dcterms.creator", "author", "article:author")
DATES = (
    "citation_publication_date", "citation_date", "citation_year", "citation_online_date",
    "dcterms.issued", "dc.date.issued", "dc.date", "dcterms.date", "article:published_time",
    "govuk:first-published-at", "date",
)  # fmt: skip
PUBLISHERS = ("citation_journal_title", "citation_publisher", "dc.publisher", "dcterms.publisher",
              "citation_technical_report_institution",
              "govuk:primary-publishing-organisation", "og:site_name")  # fmt: skip
DOIS = ("citation_doi", "dc.identifier", "dcterms.identifier", "prism.doi")
LICENCES = (
    "dcterms.license",
    "dc.rights.license",
    "dc.rights",
    "dcterms.rights",
    "licence",
    "license",
)
LANGUAGES = ("citation_language", "dc.language", "dcterms.language")
ADDRESSES = ("citation_public_url", "og:url")
TYPES = ("citation_article_type", "dc.type", "dcterms.type")


def bibliography_of(root: etree._Element, found: Any) -> Bibliography:
    """The work as the page describes it; `found` is trafilatura's document or None."""
    meta, linked = meta_tags(root), linked_data(root)
    return Bibliography(
        title=first(*values(meta, TITLES), linked.get("headline"), guess(found, "title"),
                    heading(root)),
        authors=authors_of(meta, linked, found),
        year=year_of(first(*values(meta, DATES), linked.get("datePublished"),
                           guess(found, "date"))),
        publisher=first(*values(meta, PUBLISHERS), name_in(linked.get("publisher")),
                        guess(found, "sitename")),
        kind=first(*values(meta, TYPES)),
        url=web_address(*values(meta, ADDRESSES[:1]), *links(root, "canonical"),
                        *values(meta, ADDRESSES[1:]), linked.get("url")),
        doi=next(filter(None, map(doi_of, values(meta, DOIS))), None),
        licence=licence_of(*links(root, "license"), as_text(linked.get("license")),
                           *values(meta, LICENCES)),
        language=language_code(first(*values(meta, LANGUAGES), root.get("lang"),
                                     root.get("xml:lang"), linked.get("inLanguage"))),
    )  # fmt: skip


def first(*candidates: Any) -> str | None:
    """The first candidate that is a text with something in it."""
    return next((fold(text) for text in candidates if isinstance(text, str) and fold(text)), None)


def as_text(value: Any) -> str | None:
    """The value if it is a text."""
    return value if isinstance(value, str) else None


def guess(found: Any, name: str) -> str | None:
    """What trafilatura makes of the page, for one field."""
    return getattr(found, name, None) if found is not None else None


def meta_tags(root: etree._Element) -> dict[str, list[str]]:
    """The contents of the page's meta tags by name, in lower case."""
    tags: dict[str, list[str]] = {}
    for tag in root.iter("meta"):
        name = tag.get("name") or tag.get("property") or tag.get("itemprop") or ""
        if content := fold(tag.get("content", "")):
            tags.setdefault(name.lower().replace("dc:", "dc."), []).append(content)
    return tags


def values(meta: dict[str, list[str]], names: Iterable[str]) -> list[str]:
    """All contents under these names, in the order of the names."""
    return [content for name in names for content in meta.get(name, [])]


def links(root: etree._Element, relation: str) -> list[str]:
    """Where the page's links of one relation lead."""
    return [link.get("href", "") for link in root.iter("link", "a")
            if relation in link.get("rel", "").lower().split()]  # fmt: skip


def web_address(*candidates: Any) -> str | None:
    """The first candidate that is an address on the web."""
    texts = (text.strip() for text in candidates if isinstance(text, str))
    return next((text for text in texts if text.startswith(("http://", "https://"))), None)


def heading(root: etree._Element) -> str | None:
    """The only first-level heading, else the title of the window."""
    found = [fold(plain(h1)) for h1 in root.iter("h1")]
    window = root.find(".//title")
    return (
        found[0] if len(found) == 1 else (fold(window.text or "") if window is not None else None)
    )


def authors_of(meta: dict[str, list[str]], linked: dict[str, Any], found: Any) -> tuple[str, ...]:
    """The authors under the first name that has any."""
    for name in AUTHORS:
        people = [person for person in meta.get(name, []) if not person.startswith("http")]
        if people:
            return tuple(dict.fromkeys(map(in_reading_order, people)))
    people = [name for name in map(name_in, listed(linked.get("author"))) if name]
    guessed = (guess(found, "author") or "").split("; ")
    return tuple(dict.fromkeys(filter(None, people or guessed)))


def in_reading_order(name: str) -> str:
    """A name with its given names first ("Ham, Chris" is Chris Ham)."""
    parts = [part.strip() for part in name.split(",")]
    return f"{parts[1]} {parts[0]}" if len(parts) == 2 and all(parts) else name


def linked_data(root: etree._Element) -> dict[str, Any]:
    """The first object of the page's JSON-LD that describes a written work."""
    for script in root.iter("script"):
        if script.get("type", "").lower().startswith("application/ld+json"):
            for item in objects_in(script.text or ""):
                if "headline" in item or "datePublished" in item:
                    return item
    return {}


def objects_in(text: str) -> Iterator[dict[str, Any]]:
    """The objects at the top of a piece of JSON-LD, and those in its graph."""
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError):
        return
    for item in listed(loaded):
        if isinstance(item, dict):
            yield item
            yield from (inner for inner in listed(item.get("@graph")) if isinstance(inner, dict))


def listed(value: Any) -> list[Any]:
    """The value as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def name_in(value: Any) -> str | None:
    """The name of a person or an organisation, given as such or as an object."""
    return first(value.get("name") if isinstance(value, dict) else value)
