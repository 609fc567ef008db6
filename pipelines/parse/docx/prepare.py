"""A Word file made plain before mammoth reads it, which passes over much that readers see."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from lxml import etree

from kb.errors import UnreadableFile
from pipelines.parse.docx.equations import equation_text
from pipelines.parse.tidy import plain

LARGEST_PART = 60 * 10**6
LARGEST_WHOLE = 200 * 10**6
MOST_PARTS = 20_000
LONGEST_HEADING = 300
"""Characters; a longer paragraph is none, whatever its outline level."""

DEEPEST_HEADING = 6
MOST_PARENTS = 20
"""Styles that a style may rest on, one on the other."""

BOX = "kbBox"
"""The id of the style given to paragraphs in text boxes."""

TEXTS = ("document", "footnotes", "endnotes")
UNWRAPPED = {"fldSimple", "customXml", "moveTo", "dir", "bdo"}
"""Elements whose content mammoth would leave out."""

OFF = {"0", "false", "off"}


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style says, its parents' words included; `level` counts from 1, or 0."""

    name: str
    level: int = 0
    numbering: etree._Element | None = None


def prepared(content: bytes) -> bytes:
    """The file without pictures and with its text where mammoth finds it; raise UnreadableFile."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(packed, "w") as made:
        parts = [part for part in archive.infolist() if part.filename.endswith((".xml", ".rels"))]
        check_sizes(archive, parts)
        names = {part.filename for part in parts}
        styles = styles_in(archive.read("word/styles.xml")) if "word/styles.xml" in names else {}
        for name in sorted(names):
            text = archive.read(name)
            made.writestr(name, made_plain(text, styles) if is_text(name) else text)
    return packed.getvalue()


def check_sizes(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Raise UnreadableFile for a file that unpacks to more than a report can hold."""
    sizes = [part.file_size for part in parts]
    if len(archive.infolist()) > MOST_PARTS or sum(sizes) > LARGEST_WHOLE:
        raise UnreadableFile("unpacks to more than a document can hold; it may be a zip bomb")
    if max(sizes, default=0) > LARGEST_PART:
        raise UnreadableFile(f"unpacks to {max(sizes) / 1e6:,.0f} MB of text; split it")


def is_text(name: str) -> bool:
    """Whether a part of the archive holds what readers read."""
    folder, _, file = name.rpartition("/")
    return folder == "word" and file.removesuffix(".xml").rstrip("0123456789") in TEXTS


def tree_of(text: bytes) -> etree._Element:
    """The tree of a part; entities, which Word never writes, are left out."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        if "Excessive depth" in str(error):
            reason = "nests too deeply to be read as DOCX; save it in a simpler form"
            raise UnreadableFile(reason) from error
        raise
    etree.strip_tags(root, etree.Entity)
    return root


def local(element: etree._Element) -> str:
    """The name of an element without its namespace, of which there are two (strict and usual)."""
    return etree.QName(element).localname


def within(element: etree._Element, *names: str) -> etree._Element | None:
    """The element at a path of local names."""
    for name in names:
        inner = next((child for child in element if local(child) == name), None)
        if inner is None:
            return None
        element = inner
    return element


def value(element: etree._Element | None) -> str:
    """The attribute `val` of an element, or ""."""
    if element is None:
        return ""
    return attribute(element, "val")


def attribute(element: etree._Element, name: str) -> str:
    """The value of an attribute, whatever its namespace, or ""."""
    found = (text for key, text in element.items() if etree.QName(key).localname == name)
    return str(next(found, ""))


def styles_in(text: bytes) -> dict[str, Style]:
    """The paragraph styles by their ids."""
    found: dict[str, etree._Element] = {}
    for element in tree_of(text):
        if local(element) == "style":
            found[attribute(element, "styleId")] = element
    return {key: style_of(key, found) for key in found}


def style_of(key: str, elements: dict[str, etree._Element]) -> Style:
    """One style, with what it takes over from those that it rests on."""
    level, numbering = 0, None
    parent = key
    for _ in range(MOST_PARENTS):
        element = elements.get(parent)
        if element is None:
            break
        outline = value(within(element, "pPr", "outlineLvl"))
        level = level or level_of(outline)
        if numbering is None:
            numbering = within(element, "pPr", "numPr")
        if outline:
            break
        parent = value(within(element, "basedOn"))
    return Style(value(within(elements[key], "name")).lower(), level, numbering)


def level_of(outline: str) -> int:
    """The level of a heading by the outline level of its paragraph; 0 for body text."""
    return int(outline) + 1 if outline.isdecimal() and int(outline) < 9 else 0


def made_plain(text: bytes, styles: dict[str, Style]) -> bytes:
    """One part with its text where mammoth finds it."""
    root = tree_of(text)
    elements = list(root.iter(etree.Element))
    twins = {element for element in elements if has_twin(element)}
    for element in elements:
        name = local(element)
        is_unseen = (
            is_contents if name == "sdt" else is_hidden if name == "r" else twins.__contains__
        )
        if is_unseen(element):
            take_out(element)
        elif name == "oMath":
            write_equation(element, root)
        elif name == "txbxContent":
            lift(element)
    for element in [found for found in root.iter(etree.Element) if local(found) in UNWRAPPED]:
        unwrap(element)
    for element in [found for found in root.iter(etree.Element) if local(found) == "p"]:
        set_style(element, styles)
    return etree.tostring(root, encoding="utf-8")


def above(element: etree._Element, *names: str) -> list[etree._Element]:
    """The elements of these names around an element, the nearest first."""
    return [each for each in element.iterancestors() if local(each) in names]


def is_contents(element: etree._Element) -> bool:
    """Whether a content control holds the table of contents."""
    gallery = within(element, "sdtPr", "docPartObj", "docPartGallery")
    return value(gallery) == "Table of Contents"


def is_hidden(run: etree._Element) -> bool:
    """Whether a run of text is not shown."""
    mark = within(run, "rPr", "vanish")
    return mark is not None and value(mark) not in OFF


def take_out(element: etree._Element) -> None:
    """Remove an element, if it is still there."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def unwrap(element: etree._Element) -> None:
    """Put the content of an element in its place."""
    parent = element.getparent()
    if parent is not None:
        at = parent.index(element)
        parent[at : at + 1] = [child for child in element if not local(child).endswith("Pr")]


def write_equation(equation: etree._Element, root: etree._Element) -> None:
    """Put an equation's text in its place, as a run."""
    parent = equation.getparent()
    if parent is None:
        return
    space = etree.QName(root).namespace
    run = etree.Element(f"{{{space}}}r")
    written = etree.SubElement(run, f"{{{space}}}t")
    written.text = equation_text(equation)
    parent.replace(equation, run)
    if local(parent) == "oMathPara" and (around := parent.getparent()) is not None:
        around[around.index(parent) : around.index(parent) + 1] = list(parent)


def lift(box: etree._Element) -> None:
    """Set the paragraphs of a text box behind the paragraph that it hangs on, once."""
    around = above(box, "p")
    if not around:
        return
    for paragraph in reversed(list(box)):
        if local(paragraph) == "p" and within(paragraph, "pPr", "numPr") is None:
            style_as_box(paragraph)
        around[-1].addnext(paragraph)


def has_twin(element: etree._Element) -> bool:
    """Whether an element is the old form of a text box that is there in the new form too."""
    choice = element.getprevious() if local(element) == "Fallback" else None
    return choice is not None and any(local(each) == "txbxContent" for each in choice.iter("{*}*"))


def style_as_box(paragraph: etree._Element) -> None:
    """Mark a paragraph as part of a box, unless it is the title, as on designed covers."""
    style = value(within(paragraph, "pPr", "pStyle"))
    if "title" not in style.lower():
        restyle(paragraph, BOX)


def restyle(paragraph: etree._Element, style: str) -> None:
    """Give a paragraph another style."""
    space = etree.QName(paragraph).namespace
    properties = within(paragraph, "pPr")
    if properties is None:
        properties = etree.Element(f"{{{space}}}pPr")
        paragraph.insert(0, properties)
    named = within(properties, "pStyle")
    if named is None:
        named = etree.Element(f"{{{space}}}pStyle")
        properties.insert(0, named)
    named.set(f"{{{space}}}val", style)


def set_style(paragraph: etree._Element, styles: dict[str, Style]) -> None:
    """Make a heading of a paragraph by its outline level, and an item by its style's numbering."""
    key = value(within(paragraph, "pPr", "pStyle"))
    style = styles.get(key, Style(""))
    own = value(within(paragraph, "pPr", "outlineLvl"))
    level = level_of(own) if own else style.level
    if key == BOX or style.name in ("title", "subtitle") or "toc" in style.name.split():
        return
    if level and len(plain(paragraph)) <= LONGEST_HEADING:
        restyle(paragraph, f"Heading{min(level, DEEPEST_HEADING)}")
    elif style.numbering is not None and within(paragraph, "pPr", "numPr") is None:
        properties = within(paragraph, "pPr")
        if properties is not None:
            properties.append(copied(style.numbering))


def copied(element: etree._Element) -> etree._Element:
    """The same element once more."""
    return etree.fromstring(etree.tostring(element))
