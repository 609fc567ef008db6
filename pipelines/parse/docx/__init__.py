"""Word files (.docx), by way of mammoth's HTML. They have no pages before they are printed."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from xml.parsers.expat import ExpatError

import mammoth
from lxml import etree, html

from kb.errors import UnreadableFile
from kb.models import Bibliography, Parsed
from pipelines.parse.docx.prepare import prepared
from pipelines.parse.facts import language_code
from pipelines.parse.html.walk import blocks_of
from pipelines.parse.tidy import fold, plain

STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => p.subtitle:fresh
p[style-name='Caption'] => p.caption:fresh
p[style-name='caption'] => p.caption:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p.kbBox => blockquote > p:fresh
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
DUBLIN = {"dc": "http://purl.org/dc/elements/1.1/"}
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ExpatError,
    etree.XMLSyntaxError,
    KeyError,
    EOFError,
    NotImplementedError,
)
NO_TITLE = re.compile(
    r"\.(?:docx?|dotx?|rtf|pdf|indd)$|^(?:microsoft word|document\d*$|untitled)", re.I
)


def parse(content: bytes) -> Parsed:
    """The blocks of a Word file; raise UnreadableFile if it is broken or unpacks too large."""
    try:
        plain_file = prepared(content)
        core = core_properties(plain_file)
        markup = mammoth.convert_to_html(
            io.BytesIO(plain_file),
            style_map=STYLES,
            convert_image=mammoth.images.img_element(no_image),
        ).value
    except BROKEN as error:
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
    """The file's own description of itself."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
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
    if core is None:
        return Bibliography(title=title or None)
    creator = core.findtext("dc:creator", "", DUBLIN) or ""
    people = [fold(name) for name in re.split(r"[;&]|\band\b", creator)]
    return Bibliography(
        title=title or None,
        # a single word is an account or a company, not a person
        authors=tuple(name for name in people if " " in name),
        language=language_code(core.findtext("dc:language", None, DUBLIN)),
    )
