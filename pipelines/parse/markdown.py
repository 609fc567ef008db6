"""Markdown, by way of markdown-it's HTML; its YAML front matter tells the bibliography."""

from __future__ import annotations

import re
import sys
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from mdit_py_plugins.footnote import footnote_plugin

from kb.models import Bibliography, Parsed
from pipelines.parse import spelling
from pipelines.parse.encoding import decode
from pipelines.parse.facts import doi_of, language_code, licence_of, year_of
from pipelines.parse.front_matter import EMPTY, split_front_matter
from pipelines.parse.html.tree import tree_of
from pipelines.parse.html.walk import blocks_of
from pipelines.parse.loose import rejoined
from pipelines.parse.tidy import fold

EMPTY_BOLD = re.compile(r"(?<!\\)\*{4,}")
LOOSE_BOLD = re.compile(r"\*\*([ \t]*+)([^*\n]*[^*\s])([ \t]*+)\*\*")
SPLIT_BEFORE_ADDRESS = re.compile(r"([^\s.!?:;])[ \t]*\n\s*\n(?=\\?\(https?://)")
SPLIT_ADDRESS = re.compile(r"(\\?\(https?://[^\s()]+)[ \t]*\n\s*\n(?=[^()\n]{1,120}\))")
REPEATED_MARK = re.compile(r"\[(\d+):\d+\]</a></sup>")
MOST_MARKS = 20
"""Marks within one another in a line; more are no marks."""

NOT_NAMES = re.compile(r";|\band\b|&")


def parse(content: bytes) -> Parsed:
    """The blocks of a Markdown file and what its front matter says of the work."""
    front, body = split_front_matter(re.sub(r"\r\n?", "\n", decode(content)))
    rendered = REPEATED_MARK.sub(r"[\1]</a></sup>", renderer().render(mended(body)))
    root = tree_of(f"<html><body>{rendered}</body></html>")
    return Parsed(blocks=rejoined(blocks_of(root)), bibliography=bibliography_of(front))


def renderer() -> MarkdownIt:
    """Markdown to HTML; lists nest as deep as Python can follow, brackets in a line do not.

    The library passes over what is nested deeper than it may be, where Python raises an error.
    """
    markup = MarkdownIt("commonmark", {"html": True, "maxNesting": sys.maxsize})
    markup.core.ruler.after("block", "shallow", limit_nesting)
    return markup.enable("table").use(footnote_plugin)


def limit_nesting(state: StateCore) -> None:
    """Let what is yet to be read, the marks within lines, nest as deep as is usual."""
    state.md.options["maxNesting"] = MOST_MARKS


def mended(text: str) -> str:
    """The text without the slips that programs make which turn PDF into Markdown.

    They put spaces inside the marks of bold type, leave marks around nothing, take the line of an
    address in brackets for a paragraph of its own, and split words or run them together.
    """
    text = "\n".join(spelling.mended(text.split("\n")))
    text = LOOSE_BOLD.sub(r"\1**\2**\3", EMPTY_BOLD.sub("", text))
    return SPLIT_ADDRESS.sub(r"\1", SPLIT_BEFORE_ADDRESS.sub(r"\1 ", text))


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
    lines = (line_in(front.get(name)) for name in names)
    return next(filter(None, lines), None)


def line_in(value: Any) -> str | None:
    """A value as one line, if it is a text with something in it."""
    line = fold(value) if isinstance(value, str) else ""
    return None if line.lower() in EMPTY else line


def authors_of(front: dict[str, Any]) -> tuple[str, ...]:
    """The authors from a list, of names or of fields, or from one line of them."""
    given = front.get("authors") or front.get("author")
    if isinstance(given, str):
        return tuple(filter(None, map(line_in, NOT_NAMES.split(given))))
    people = given if isinstance(given, list) else [given]
    names = (person.get("name") if isinstance(person, dict) else person for person in people)
    return tuple(filter(None, map(line_in, names)))
