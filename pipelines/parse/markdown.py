"""Markdown, by way of markdown-it's HTML; its YAML front matter tells the bibliography."""

from __future__ import annotations

import datetime
import re
from typing import Any

import yaml
from lxml import html
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from kb.models import Bibliography, Parsed
from pipelines.parse.encoding import decode
from pipelines.parse.facts import doi_of, language_code, licence_of, year_of
from pipelines.parse.html_walk import blocks_of
from pipelines.parse.loose import rejoined
from pipelines.parse.tidy import fold

FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
EMPTY_BOLD = re.compile(r"(?<!\\)\*{4,}")
LOOSE_BOLD = re.compile(r"\*\*([ \t]*+)([^*\n]*[^*\s])([ \t]*+)\*\*")
SPLIT_BEFORE_ADDRESS = re.compile(r"([^\s.!?:;])[ \t]*\n\s*\n(?=\\?\(https?://)")
SPLIT_ADDRESS = re.compile(r"(\\?\(https?://[^\s()]+)[ \t]*\n\s*\n(?=[^()\n]{1,120}\))")
REPEATED_MARK = re.compile(r"\[(\d+):\d+\]</a></sup>")
NOT_NAMES = re.compile(r";|\band\b|&")


def parse(content: bytes) -> Parsed:
    """The blocks of a Markdown file and what its front matter says of the work."""
    front, body = split_front_matter(re.sub(r"\r\n?", "\n", decode(content)))
    markup = MarkdownIt("commonmark", {"html": True}).enable("table").use(footnote_plugin)
    rendered = REPEATED_MARK.sub(r"[\1]</a></sup>", markup.render(mended(body)))
    # bytes, for lxml refuses a text that begins with an XML declaration
    page = f"<html><body>{rendered}</body></html>".encode("utf-8", "replace")
    root = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    return Parsed(blocks=rejoined(blocks_of(root)), bibliography=bibliography_of(front))


def mended(text: str) -> str:
    """The text without the slips that programs make which turn PDF into Markdown.

    They put spaces inside the marks of bold type, leave marks around nothing, and take the line
    of an address in brackets for a paragraph of its own.
    """
    text = LOOSE_BOLD.sub(r"\1**\2**\3", EMPTY_BOLD.sub("", text))
    return SPLIT_ADDRESS.sub(r"\1", SPLIT_BEFORE_ADDRESS.sub(r"\1 ", text))


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The fields of the front matter and the text after it; broken YAML stays text."""
    found = FRONT_MATTER.match(text)
    if not found:
        return {}, text
    try:
        fields = yaml.safe_load(found.group(1))
    except (yaml.YAMLError, ValueError):
        return {}, text
    if not isinstance(fields, dict):
        return {}, text
    return {str(name).lower(): value for name, value in fields.items()}, text[found.end() :]


def bibliography_of(front: dict[str, Any]) -> Bibliography:
    """The work as the front matter describes it, under the names that are in use."""
    return Bibliography(
        title=line_of(front, "title"),
        authors=authors_of(front),
        year=year_of(line_of(front, "year", "date", "published", "written")),
        publisher=line_of(front, "publisher", "journal"),
        kind=line_of(front, "kind", "type"),
        url=line_of(front, "url", "link"),
        doi=doi_of(line_of(front, "doi")),
        licence=licence_of(line_of(front, "licence", "license")),
        language=language_code(line_of(front, "language", "lang")),
    )


def line_of(front: dict[str, Any], *names: str) -> str | None:
    """The first of the fields that has a value, as one line."""
    values = (front.get(name) for name in names)
    plain = (v for v in values if isinstance(v, str | int | float | datetime.date))
    return next((fold(str(value)) for value in plain if fold(str(value))), None)


def authors_of(front: dict[str, Any]) -> tuple[str, ...]:
    """The authors from a list, of names or of fields, or from one line of them."""
    given = front.get("authors") or front.get("author") or ()
    if isinstance(given, str):
        return tuple(filter(None, map(fold, NOT_NAMES.split(given))))
    if isinstance(given, dict):
        given = [given]
    names = [a.get("name") if isinstance(a, dict) else a for a in given if a]
    return tuple(fold(str(name)) for name in names if name)
