"""Word files (.docx), by way of mammoth's HTML. They have no pages before they are printed."""

from __future__ import annotations

import io
import re
import zipfile
from xml.parsers.expat import ExpatError

import mammoth
from lxml import etree, html

from kb.errors import UnreadableFile
from kb.models import Bibliography, Parsed
from pipelines.parse.html.walk import blocks_of
from pipelines.parse.tidy import fold, plain

STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => p.subtitle:fresh
p[style-name='Caption'] => p.caption:fresh
p[style-name='caption'] => p.caption:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='List Bullet'] => ul > li:fresh
p[style-name='List Number'] => ol > li:fresh
p[style-name='List Bullet 2'] => ul|ol > li > ul > li:fresh
p[style-name='List Number 2'] => ul|ol > li > ol > li:fresh
p[style-name='List Bullet 3'] => ul|ol > li > ul|ol > li > ul > li:fresh
p[style-name='List Number 3'] => ul|ol > li > ul|ol > li > ol > li:fresh
p[style-name='Bibliography'] => p.csl-entry:fresh
p[style-name^='toc '] => !
p[style-name^='TOC '] => !
p[style-name='TOC Heading'] => !
p[style-name='table of figures'] => !
br[type='page'] => hr
"""
LARGEST_PART = 200 * 10**6
LARGEST_WHOLE = 1000 * 10**6
MOST_PARTS = 20_000
DUBLIN = {"dc": "http://purl.org/dc/elements/1.1/"}
NO_TITLE = re.compile(
    r"\.(?:docx?|dotx?|rtf|pdf|indd)$|^(?:microsoft word|document\d*$|untitled)", re.I
)


def parse(content: bytes) -> Parsed:
    """The blocks of a Word file; raise UnreadableFile if it is broken or unpacks too large."""
    try:
        core = core_properties(content)
        markup = mammoth.convert_to_html(
            io.BytesIO(content),
            style_map=STYLES,
            convert_image=mammoth.images.img_element(no_image),
        ).value
    except (zipfile.BadZipFile, ExpatError, KeyError, EOFError) as error:
        raise UnreadableFile(
            "is a damaged .docx file; open it in Word and save it again"
        ) from error
    if not markup.strip():
        raise UnreadableFile("holds no text")
    root = html.document_fromstring(
        f"<body>{markup}</body>", parser=html.HTMLParser(huge_tree=True)
    )
    return Parsed(blocks=blocks_of(root), bibliography=bibliography_of(root, core))


def no_image(image: object) -> dict[str, str]:
    """Nothing in place of the picture's bytes."""
    return {"src": ""}


def core_properties(content: bytes) -> etree._Element | None:
    """The file's own description of itself, after a look at what it unpacks to."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        sizes = [part.file_size for part in parts if part.filename.endswith((".xml", ".rels"))]
        if len(parts) > MOST_PARTS or sum(sizes) > LARGEST_WHOLE or max(sizes) > LARGEST_PART:
            raise UnreadableFile("unpacks to more than a document can hold; it may be a zip bomb")
        if "docProps/core.xml" not in archive.namelist():
            return None
        text = archive.read("docProps/core.xml")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    return etree.fromstring(text, parser) if text.strip() else None


def bibliography_of(root: etree._Element, core: etree._Element | None) -> Bibliography:
    """The title as set, else as Word's properties have it, unless that is a file's name."""
    heading = root.find(".//h1[@class='title']")
    title = fold(plain(heading)) if heading is not None else ""
    if not title and core is not None:
        title = fold(core.findtext("dc:title", "", DUBLIN) or "")
        title = "" if NO_TITLE.search(title) else title
    language = core.findtext("dc:language", None, DUBLIN) if core is not None else None
    return Bibliography(title=title or None, language=language)
