"""Lists on a web page that lead elsewhere and say nothing: of its own headings, of other pages."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from pipelines.parse.html.furniture import LONGEST_LINK
from pipelines.parse.html.walk import HEADINGS, LISTS
from pipelines.parse.references import section_kind
from pipelines.parse.tidy import fold, plain

LEAST_MENU = 3
"""Items of a list of links that is taken for a menu; fewer may be anything."""

MOST_UNLINKED = 0.2
"""Of the words of a menu: dates and sizes of files stand beside its links."""


def leads_around(element: etree._Element) -> bool:
    """Whether a list is the page's table of contents: nothing but links to places on the page."""
    if is_inner(element):
        return False
    words = len(fold(plain(element)))
    links = [link for link in element.iter("a") if link.get("href", "").startswith("#")]
    return 0 < words <= len(" ".join(fold(plain(link)) for link in links))


def is_menu(element: etree._Element) -> bool:
    """Whether a list is of short links only, and neither named in a sentence nor works cited."""
    if is_inner(element) or len(element.findall("li")) < LEAST_MENU:
        return False
    words = len(plain(element).split())
    linked = sum(map(words_of_link, element.iter("a")))
    if linked < (1 - MOST_UNLINKED) * words or not words:
        return False
    before = text_before(element)
    return not before.endswith(":") and section_kind(before) is None


def is_inner(element: etree._Element) -> bool:
    """Whether a list stands in another one, which tells for both, and not anew at every depth."""
    parent = element.getparent()
    return parent is not None and (parent.tag in LISTS or parent.tag == "li")


def words_of_link(link: etree._Element) -> int:
    """How many words a link has, if it is not a text that is linked."""
    words = len(plain(link).split())
    return words if words <= LONGEST_LINK else 0


def text_before(element: etree._Element) -> str:
    """The text that ends where an element begins, as of the paragraph or heading before it."""
    around: Iterable[etree._Element] = (element, *element.iterancestors())
    for each in around:
        before = each.getprevious()
        if before is not None:
            return fold(plain(before) + (before.tail or ""))
        parent = each.getparent()
        if parent is None or fold(parent.text or ""):
            return fold(parent.text or "") if parent is not None else ""
    return ""


def heads(element: etree._Element) -> etree._Element | None:
    """The list that comes right after a heading."""
    after = element.getnext() if element.tag in HEADINGS else None
    return after if after is not None and after.tag in LISTS else None
