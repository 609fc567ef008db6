"""From an HTML tree to blocks, in one pass without recursion, so that no nesting is too deep.

Web pages, Word files (by way of mammoth), Markdown and journal articles (relabelled) all end up
here. A tree may say what an element is by the attribute KIND, which wins over its tag.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from kb.models import Block, Kind
from pipelines.parse.flow import marks
from pipelines.parse.html.tables import is_box, is_data_table, table_rows
from pipelines.parse.looks import is_caption, looks_like_heading, without_numbering
from pipelines.parse.tidy import fold, has_words, plain, raised

KIND = "kb-kind"
"""An attribute with the kind of all text in an element that has no nearer one."""

LEVEL = "kb-level"
"""An attribute with the level of a heading, where it is not that of its tag."""

HEADINGS = {f"h{level}": level for level in range(1, 7)}
LISTS = {"ul", "ol", "menu", "dir", "dl"}
KINDS: dict[str, Kind] = {
    "blockquote": "box",
    "aside": "box",
    "figcaption": "caption",
    "caption": "caption",
}
BREAKING = {
    *HEADINGS, *LISTS, *KINDS, "address", "article", "body", "center", "dd", "details", "div", "dt",
    "figure", "header", "footer", "hr", "html", "li", "main", "p", "pre", "section", "summary",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr",
}  # fmt: skip
SILENT = {
    "audio", "base", "button", "canvas", "datalist", "del", "embed", "head", "iframe", "img",
    "input", "link", "map", "math-source", "meta", "nav", "noscript", "object", "option", "script",
    "select", "style", "svg", "template", "textarea", "title", "video",
}  # fmt: skip
BOLD = {"b", "strong"}
BULLETS = marks()["bullets"]
OUTRANKING = {"footnote", "reference", "caption"}
"""Kinds that hold for everything inside them, list items and headings too."""

BACK_LINK = re.compile(r"^[\s↑↩︎^⤴]*$")
NOTE_NAME = re.compile(r"_?(?:ftn|edn|ftnt|sdfootnote|sdendnote)\d+(?:sym)?")
"""What Word, LibreOffice and Google Docs call the link from a note back to its mark."""

Skip = Callable[[etree._Element], bool]


@dataclass(frozen=True, slots=True)
class Frame:
    """An open element that says what the text in it is."""

    element: etree._Element
    kind: Kind
    level: int = 0


@dataclass(frozen=True, slots=True)
class OpenList:
    """An open list: where its blocks begin, and whether it is numbered."""

    element: etree._Element
    first: int
    numbered: bool


def blocks_of(root: etree._Element, skip: Skip = lambda element: False) -> tuple[Block, ...]:
    """The blocks under `root` in order, without the elements for which `skip` is true."""
    walk = Walk(skip)
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        if event == "start":
            if not walk.enter(element):
                events.skip_subtree()
        else:
            walk.leave(element, is_root=element is root)
    walk.flush()
    return tuple(walk.blocks)


class Walk:
    """The state of one pass: text gathered so far, and the elements that are open around it."""

    def __init__(self, skip: Skip) -> None:
        self.skip = skip
        self.blocks: list[Block] = []
        self.pieces: list[str] = []
        self.bold_only = True
        self.bold = 0
        self.frames: list[Frame] = []
        self.lists: list[OpenList] = []
        self.heading_level = 0
        self.passed: set[etree._Element] = set()

    def enter(self, element: etree._Element) -> bool:
        """Begin an element; False if what is in it has been dealt with or is not to be read."""
        tag = element.tag
        if tag in SILENT or self.skip(element) or is_back_link(element):
            return self.pass_by(element)
        if tag == "sup":
            self.add(raised(all_text(element), "".join(self.pieces[-3:]), linked=is_link(element)))
            return self.pass_by(element)
        if tag == "br":
            self.add(" ")
            if follows_break(element) or opens_item(element.tail):
                self.flush()
        if tag in BREAKING or element.get(KIND):
            self.flush()
            if tag == "table" and is_data_table(element):
                self.add_table(element)
                return self.pass_by(element)
            self.open(element)
        self.bold += tag in BOLD
        self.add(element.text)
        return True

    def pass_by(self, element: etree._Element) -> bool:
        """Mark an element as closed before it is left."""
        self.passed.add(element)
        return False

    def leave(self, element: etree._Element, *, is_root: bool) -> None:
        """End an element, and go on with the text after it."""
        if element in self.passed:
            self.passed.discard(element)
        else:
            if element.tag in BREAKING or element.get(KIND):
                self.flush()
                self.close(element)
            self.bold -= element.tag in BOLD
            if element.tag == "a" and NOTE_NAME.fullmatch(name_of(element)):
                self.add(" ")
        if not is_root:
            self.add(element.tail)

    def open(self, element: etree._Element) -> None:
        """Note what an element says of the text in it."""
        tag = str(element.tag)
        if tag in LISTS:
            self.lists.append(OpenList(element, len(self.blocks), tag == "ol"))
        if frame := self.frame_of(element, tag):
            self.frames.append(frame)

    def frame_of(self, element: etree._Element, tag: str) -> Frame | None:
        """The frame an element opens, if it opens one."""
        kind = element.get(KIND) or note_kind(element)
        outer = self.frames[-1].kind if self.frames else None
        if outer in OUTRANKING:
            return None
        if kind == "heading" or (tag in HEADINGS and kind is None):
            if outer == "box":
                return None
            return Frame(element, "heading", heading_level(element, tag))
        if tag == "summary" and outer is None:
            return Frame(element, "heading", self.heading_level + 1)
        if kind or tag in KINDS:
            return Frame(element, kind or KINDS[tag])  # type: ignore[arg-type]
        if tag == "table" and is_box(element):
            return Frame(element, "box")
        if tag in ("li", "dt", "dd"):
            return Frame(element, "list_item", max(len(self.lists), 1) + (tag == "dd"))
        return None

    def close(self, element: etree._Element) -> None:
        """Forget what a left element said."""
        if self.frames and self.frames[-1].element is element:
            self.frames.pop()
        if self.lists and self.lists[-1].element is element:
            ended = self.lists.pop()
            if not self.lists and ended.numbered:
                self.blocks[ended.first :] = without_numbering(self.blocks[ended.first :])

    def add(self, text: str | None) -> None:
        """Gather text for the block that is being read."""
        if text:
            self.pieces.append(text)
            self.bold_only = self.bold_only and (self.bold > 0 or not has_words(text))

    def add_table(self, table: etree._Element) -> None:
        """The rows of a data table, its caption before them."""
        for block in table_rows(table, all_text):
            self.blocks.append(block)

    def flush(self) -> None:
        """Make a block of the text gathered, if it has words."""
        text = fold("".join(self.pieces))
        bold_only, self.bold_only = self.bold_only, True
        self.pieces.clear()
        if not has_words(text):
            return
        frame = self.frames[-1] if self.frames else None
        block = Block(kind=frame.kind, text=text, level=frame.level) if frame else None
        block = block or self.free_block(text, bold_only=bold_only)
        if block.kind == "heading" and is_caption(text):
            block = Block(kind="caption", text=text)
        if block.kind == "heading" and frame and frame.element.tag != "summary":
            self.heading_level = block.level
        self.blocks.append(block)

    def free_block(self, text: str, *, bold_only: bool) -> Block:
        """A paragraph, unless it looks like a caption or, being short and bold, like a heading."""
        if is_caption(text):
            return Block(kind="caption", text=text)
        if opens_item(text):
            return Block(kind="list_item", text=text[1:].lstrip(), level=len(self.lists) + 1)
        if bold_only and looks_like_heading(text):
            return Block(kind="heading", text=text, level=self.heading_level + 1)
        return Block(kind="paragraph", text=text)


def all_text(element: etree._Element) -> str:
    """The text in an element as it would be printed, its superscripts marked, its breaks spaces."""
    pieces: list[str] = []
    events = etree.iterwalk(element, events=("start", "end"))
    for event, inner in events:
        if event == "end":
            pieces.append((inner is not element and inner.tail) or "")
            if inner.tag in BREAKING:
                pieces.append(" ")
        elif inner.tag in SILENT or is_back_link(inner):
            events.skip_subtree()
        elif inner.tag == "sup" and inner is not element:
            mark = plain(inner)
            pieces.append(raised(mark, "".join(pieces[-3:]), linked=is_link(inner)))
            events.skip_subtree()
        else:
            pieces.append(" " if inner.tag in BREAKING or inner.tag == "br" else "")
            pieces.append(inner.text or "")
    return fold("".join(pieces))


def is_link(element: etree._Element) -> bool:
    """Whether an element is, holds or stands in a link."""
    parent = element.getparent()
    return element.find(".//a") is not None or (parent is not None and parent.tag == "a")


def is_back_link(element: etree._Element) -> bool:
    """Whether an element is the arrow that leads from a note back to its mark."""
    if element.tag != "a" or not element.get("href", "").startswith("#"):
        return False
    return bool(BACK_LINK.match(plain(element))) and len(element) == 0


def note_kind(element: etree._Element) -> Kind | None:
    """Footnote or reference, if an element's role, class or id says so the usual ways."""
    names = f"{element.get('class', '')} {element.get('role', '')}".lower().split()
    if {"footnotes", "footnote", "endnotes", "doc-endnotes", "doc-footnote"} & set(names):
        return "footnote"
    if element.tag == "li" and re.match(r"(?:foot|end)note-\d+$", element.get("id", "")):
        return "footnote"
    if element.tag in ("p", "div") and NOTE_NAME.fullmatch(name_of_first_link(element)):
        return "footnote"
    if {"tw-foot", "table-wrap-foot"} & set(names):
        return "footnote"
    if {"caption", "wp-caption-text", "table-caption"} & set(names):
        return "caption"
    return "reference" if {"csl-entry", "doc-biblioentry"} & set(names) else None


def name_of_first_link(element: etree._Element) -> str:
    """The name of the link with which an element begins, or ""."""
    first = element[0] if len(element) and not (element.text or "").strip() else None
    if first is None or first.tag != "a":
        return ""
    return name_of(first)


def name_of(link: etree._Element) -> str:
    """By what other links lead to this one, or ""."""
    return str(link.get("name") or link.get("id") or "")


def heading_level(element: etree._Element, tag: str) -> int:
    """The level of a heading from its attribute or its tag."""
    return int(element.get(LEVEL) or HEADINGS.get(tag, 1))


def opens_item(text: str | None) -> bool:
    """Whether a text begins with the sign of an item of a list."""
    return bool(text) and str(text).lstrip()[:1] in BULLETS


def follows_break(element: etree._Element) -> bool:
    """Whether a line break comes right after another one, as between paragraphs."""
    before = element.getprevious()
    return before is not None and before.tag == "br" and not (before.tail or "").strip()
