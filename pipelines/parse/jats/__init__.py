"""Journal articles in XML: JATS and its forebears, and TEI as GROBID writes it.

The tree is relabelled as HTML and read by the common walk; which tag becomes what stands in
jats.yml.
"""

from __future__ import annotations

import html as entities
import re
from functools import cache
from importlib.resources import files
from typing import Any, cast

import yaml
from lxml import etree

from kb.errors import UnreadableFile
from kb.models import Parsed
from pipelines.parse.encoding import decode
from pipelines.parse.html.walk import KIND, LEVEL, blocks_of
from pipelines.parse.jats.facts import jats_bibliography, tei_bibliography
from pipelines.parse.jats.references import citation_text
from pipelines.parse.tidy import plain

NUMBERED = {"order", "ordered", "roman-lower", "roman-upper", "alpha-lower", "alpha-upper"}

BOOKS = ("book", "book-part-wrapper")
BOOK_PARTS = ("book-body", "book-part")


def parse(content: bytes) -> Parsed:
    """The blocks of an article; raise UnreadableFile if the XML is broken or no article."""
    root = article_in(secure_tree(content))
    is_tei = root.tag == "TEI"
    bibliography = tei_bibliography(root) if is_tei else jats_bibliography(root)
    body = relabelled(root, vocabulary()["tei" if is_tei else "jats"])
    return Parsed(blocks=blocks_of(body), bibliography=bibliography)


@cache
def vocabulary() -> dict[str, Any]:
    """What the tags of each kind of article become."""
    text = files("pipelines.parse.jats").joinpath("jats.yml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def secure_tree(content: bytes) -> etree._Element:
    """The tree without namespaces, comments and entities; nothing is fetched or expanded."""
    try:
        root = etree.fromstring(content, secure_parser(recover=False))
    except (etree.XMLSyntaxError, ValueError):
        root = mended(content)
    write_out_entities(root)
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction, etree.Entity)
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    return root


def secure_parser(*, recover: bool) -> etree.XMLParser:
    """A parser that reads the bytes it is given and nothing else."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=recover)


def mended(content: bytes) -> etree._Element:
    """What can be saved of broken XML; raise UnreadableFile if that is nothing, or not all."""
    parser = secure_parser(recover=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if any(entry.message.startswith("Excessive depth") for entry in parser.error_log):
        raise UnreadableFile("nests too deeply to be read as XML; save it in a simpler form")
    if root is None:
        raise UnreadableFile("is broken XML; fetch it again")
    if is_cut_off(content, root):
        raise UnreadableFile("is cut off at its end; fetch it again")
    return root


def is_cut_off(content: bytes, root: etree._Element) -> bool:
    """Whether broken XML never closes its root; other slips lose a word, but this one pages."""
    name = etree.QName(root).localname
    qualified = f"{root.prefix}:{name}" if root.prefix else name
    return not re.search(rf"</{re.escape(qualified)}\s*>", decode(content))


def write_out_entities(root: etree._Element) -> None:
    """Put the character of a named entity (&nbsp;) in its place; of any other one, nothing."""
    for entity in list(root.iter(etree.Entity)):
        text = entities.unescape(entity.text or "")
        character = text if len(text) <= 2 else ""
        entity.tail = character + (entity.tail or "")


def article_in(root: etree._Element) -> etree._Element:
    """The article or book at the root, or the article in a wrapper round a single one."""
    is_book = root.tag in BOOKS and any(root.find(path) is not None for path in BOOK_PARTS)
    if root.tag in ("article", "TEI") or is_book:
        return root
    inner = [found for tag in ("article", "TEI") for found in root.iter(tag)]
    if len(inner) == 1:
        return inner[0]
    if inner:
        raise UnreadableFile(f"holds {len(inner)} articles; save each as a file of its own")
    raise UnreadableFile(f"is XML of a kind that is not read (<{root.tag}>); JATS, BITS or TEI is")


def relabelled(root: etree._Element, words: dict[str, Any]) -> etree._Element:
    """The parts of an article that are its text, under one element, as HTML."""
    body = etree.Element("body")
    body.extend([part for path in words["parts"] for part in matching(root, path)])
    lift_titles(body)
    for path in words["dropped"]:
        for element in matching(body, path):
            drop(element)
    for abstract in body.findall("abstract"):
        entitle(abstract, "Abstract")
    elements = [element for element in body.iter(etree.Element) if element is not body]
    for element in elements:
        if element.tag in words["floats"]:
            set_after_paragraph(element)
        if element.tag in words["labelled"]:
            gather_caption(element)
    for element in elements:
        if element.tag in words["headings"]:
            mark_heading(element, words["sections"])
    for element in elements:
        relabel(element, words)
    return body


def lift_titles(body: etree._Element) -> None:
    """Give each chapter of a book the title that stands in its own front matter."""
    for title in matching(body, ".//book-part-meta/title-group/title"):
        part = next(title.iterancestors("book-part"))
        label = title.getprevious()
        part.insert(0, title)
        if label is not None and label.tag == "label":
            part.insert(0, label)


def matching(root: etree._Element, path: str) -> list[etree._Element]:
    """The elements at an XPath from the root."""
    return cast(list[etree._Element], root.xpath(path))


def entitle(section: etree._Element, title: str) -> None:
    """Give a section the title that journals print over it, if it has none of its own."""
    if section.find("title") is None:
        etree.SubElement(section, "title").text = title
        section.insert(0, section[-1])


def set_after_paragraph(element: etree._Element) -> None:
    """Move a figure, table or note from within a paragraph to behind it."""
    paragraph = next((above for above in element.iterancestors() if above.tag == "p"), None)
    if paragraph is not None:
        drop(element)
        element.tail = None
        paragraph.addnext(element)


def gather_caption(element: etree._Element) -> None:
    """Make one run of text of the label, title and paragraphs over a table or under a figure."""
    label, caption = element.find("label"), element.find("caption")
    if label is None and caption is None:
        return
    if caption is None:
        caption = etree.Element("caption")
        element.insert(0, caption)
    for part in caption:
        if part.tag in ("title", "p"):
            part.tag, part.tail = "span", " "
    if label is not None:
        caption.text = f"{plain(label)} {caption.text or ''}"
        drop(label)


def mark_heading(title: etree._Element, sections: list[str]) -> None:
    """Mark the title of a section as a heading, its number before it, its level by its depth."""
    parent = title.getparent()
    if parent is None or parent.tag not in sections:
        return
    depth = sum(above.tag in sections and has_title(above) for above in title.iterancestors())
    label, number = title.getprevious(), title.get("n", "")
    if label is not None and label.tag == "label":
        number = plain(label)
        drop(label)
    title.text = f"{number} {title.text or ''}"
    title.set(KIND, "heading")
    title.set(LEVEL, str(max(depth, 1 + number.strip(" .").count("."))))


def has_title(section: etree._Element) -> bool:
    """Whether a section has a heading of its own."""
    return section.find("title") is not None or section.find("head") is not None


def relabel(element: etree._Element, words: dict[str, Any]) -> None:
    """Give one element its HTML tag, and the kind of its text where the tag does not tell."""
    tag = str(element.tag)
    if element.get(KIND):
        element.tag = "div"
    elif tag in words["citations"]:
        text = citation_text(element)
        empty(element)
        element.tag, element.text = "div", text
        element.set(KIND, "reference")
    elif tag in words["kinds"]:
        element.tag = "div"
        element.set(KIND, words["kinds"][tag])
    elif tag == "list":
        numbered = (element.get("list-type") or element.get("type")) in NUMBERED
        element.tag = "ol" if numbered else "ul"
    elif tag not in words["kept"]:
        element.tag = words["tags"].get(tag, "span")


def empty(element: etree._Element) -> None:
    """Take everything out of an element but its place in the text around it."""
    tail = element.tail
    element.clear()
    element.tail = tail


def drop(element: etree._Element) -> None:
    """Take an element out, not the text after it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)
