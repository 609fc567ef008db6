"""What on a web page is not its text: menus, notices, forms, and what is hidden from readers.

A name or a hidden state is only a suspicion, for pages also put them on the element around their
whole text ("menu-open"). What counts is how many words an element would take away with it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from pipelines.parse.html.walk import BREAKING, SILENT, note_kind
from pipelines.parse.tidy import plain, vocabulary

MOST_SHARE = 0.25
"""Of the page's words that are no links: what takes away more is no furniture; on a page of a
few words, half."""

LEAST_ARTICLE = 50
"""Words of an article; in fewer a page's text does not lie."""

LINKS_ONLY = 0
FEW = 25
MANY = 300
"""How many words that are no links an element may hold and still be furniture."""

LONGEST_LINK = 12
"""Words of a link that leads somewhere; a longer one is text that is linked."""

LONGEST_NAME = 4
WORD = re.compile(r"\w+")
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
ROLES = {"navigation", "search", "dialog", "alertdialog", "contentinfo", "menu", "menubar"}
OWN_FOOTER = {"article", "main", "section", "blockquote"}
Elements = frozenset[etree._Element]
UNREAD = SILENT - {"nav", "noscript"}


@dataclass(frozen=True, slots=True)
class Part:
    """A suspect element: which of the page's unlinked words it holds, and how many linked ones."""

    element: etree._Element
    first: int
    end: int
    linked: int
    most: int

    @property
    def is_links(self) -> bool:
        """Whether at least half of its words are links."""
        return 0 < self.linked >= self.end - self.first


def sorted_out(root: etree._Element) -> tuple[Elements, Elements]:
    """The elements that are not a page's text, and those that only look so and would take it away.

    What is left out never holds much of the page, all together.
    """
    *suspects, page = parts_of(root)
    around = max(0, page.end - words_of_article(root))
    most = around + max(MOST_SHARE * page.end, min(FEW, page.end / 2))
    found = [
        part
        for part in suspects
        if part.end - part.first <= most
        and (part.is_links or part.end - part.first <= part.most != LINKS_ONLY)
    ]
    if covered(found) > most:
        found = [part for part in found if part.is_links]
    furniture = frozenset(part.element for part in found)
    return furniture, frozenset(part.element for part in suspects) - furniture


def words_of_article(root: etree._Element) -> int:
    """How many words the page's own marks say are its article; all if that is not one of any size.

    What lies around it may be left out, be it much or little.
    """
    inner = (len(WORD.findall(plain(part))) for part in root.iter("main", "article"))
    words = max(inner, default=0)
    return words if words > LEAST_ARTICLE else sys.maxsize


def clear(element: etree._Element) -> None:
    """Take away what makes an element look like furniture to others who read the page."""
    names = () if note_kind(element) else ("class", "id", "role")
    for name in (*names, "style", "hidden", "aria-hidden"):
        element.attrib.pop(name, "")
    if element.tag in ("nav", "noscript", "footer", "form"):
        element.tag = "div"


def covered(parts: Iterable[Part]) -> int:
    """How many unlinked words the parts hold together, those in two of them counted once."""
    words = reached = 0
    for part in sorted(parts, key=lambda part: part.first):
        words += max(0, part.end - max(part.first, reached))
        reached = max(reached, part.end)
    return words


def parts_of(root: etree._Element) -> Iterator[Part]:
    """The suspect elements under `root`, then `root` itself as a part."""
    opened: list[Part] = []
    own = linked = depth = 0
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        text = element.text if event == "start" else element.tail
        if event == "start" and element.tag in UNREAD:
            events.skip_subtree()
            continue
        if event == "start":
            most = most_words(element)
            if most is not None and element is not root:
                opened.append(Part(element, own, own, linked, most))
            depth += element.tag == "a"
            linked += element.tag == "a"  # one for the link itself: it may be a mere picture
        elif element.tag not in UNREAD:
            depth -= element.tag == "a"
            if opened and opened[-1].element is element:
                part = opened.pop()
                yield Part(element, part.first, own, linked - part.linked, part.most)
        count = len(WORD.findall(text)) if text and not (event == "end" and element is root) else 0
        is_link = depth > 0 and count <= LONGEST_LINK
        linked, own = (linked + count, own) if is_link else (linked, own + count)
    yield Part(root, 0, own, linked, LINKS_ONLY)


def most_words(element: etree._Element) -> int | None:
    """How many unlinked words an element may hold to be furniture; None if it is no suspect."""
    if element.tag in ("body", "html", "main", "article"):
        return FEW if is_hidden(element) else None
    if element.tag == "footer":
        is_own = any(above.tag in OWN_FOOTER for above in element.iterancestors())
        return None if is_own else MANY
    if element.tag == "nav" or element.get("role", "") in ROLES or is_named_so(element):
        return MANY
    if element.tag in ("form", "noscript") or is_hidden(element):
        return FEW
    return LINKS_ONLY if has_word_of(element) else None


def is_hidden(element: etree._Element) -> bool:
    """Whether browsers hide an element, and not only until its tab or its heading is clicked."""
    if element.get("role") == "tabpanel" or element.get("hidden", "").lower() == "until-found":
        return False
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    return HIDDEN_STYLE.search(element.get("style", "")) is not None


def names_of(element: etree._Element) -> list[list[str]]:
    """The words of each of an element's class names and of its id, if it begins a new line."""
    if element.tag not in BREAKING:
        return []
    names = f"{element.get('class', '')} {element.get('id', '')}".lower().split()
    return [re.split(r"[_-]+", name) for name in names]


def is_named_so(element: etree._Element) -> bool:
    """Whether a name ends as only those of furniture do ("site-cookie-banner")."""
    known, without = vocabulary()["page_furniture_names"], vocabulary()["page_furniture_without"]
    return any(
        "-".join(words[start:]) in known and (start == 0 or words[start - 1] not in without)
        for words in names_of(element)
        for start in range(max(0, len(words) - LONGEST_NAME), len(words))
    )


def has_word_of(element: etree._Element) -> bool:
    """Whether a name has a word that furniture often has in its own ("related", "menu")."""
    suspicious = vocabulary()["page_furniture"]
    return any(word in suspicious for words in names_of(element) for word in words)
