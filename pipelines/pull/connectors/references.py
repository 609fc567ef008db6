"""Files of references: RIS, BibTeX and CSL-JSON, told apart by what they hold."""

from __future__ import annotations

import re

from kb.errors import Unfetchable
from pipelines.pull.connectors.bibtex import read_bibtex
from pipelines.pull.connectors.csl import read_csl
from pipelines.pull.connectors.listed import Listed, page_of
from pipelines.pull.connectors.ris import read_ris
from pipelines.pull.records import Ask, Page, Reply, Settings, Source


def first(source: Source, settings: Settings) -> tuple[Ask, ...]:
    """Ask for the file; one on this machine has its path for an address."""
    return (Ask(reader="references", url=source.where),)


def read(reply: Reply, ask: Ask, settings: Settings) -> Page:
    """Want each work that is listed."""
    return page_of(read_references(reply.content), settings)


def read_references(content: bytes) -> list[Listed]:
    """Read the works of a file; raises Unfetchable."""
    text = text_of(content)
    if text.lstrip().startswith(("[", "{")):
        return read_csl(text)
    if re.search(r"^TY {1,2}- ", text, re.MULTILINE):
        return read_ris(text)
    if re.search(r"^\s*@\s*\w+\s*[{(]", text, re.MULTILINE):
        return read_bibtex(text)
    if not text.strip():
        return []
    raise Unfetchable("is neither RIS nor BibTeX nor CSL-JSON; export it anew")


def text_of(content: bytes) -> str:
    """Decode a file as UTF-8, or as the Latin letters of old exports."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
