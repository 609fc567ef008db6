"""Markup to a tree, whatever its nesting."""

from __future__ import annotations

import re

from lxml import etree, html

from kb.errors import UnreadableFile

NESTED_BLOCK = re.compile(
    r"</?(?:article|blockquote|center|div|dir|dl|main|menu|ol|section|ul)\b[^<>]*>", re.IGNORECASE
)
NESTED_WORD = re.compile(
    r"</?(?:b|big|em|font|i|small|span|strong|u)\b(?:\s[^<>]*)?>", re.IGNORECASE
)


def tree_of(markup: str) -> etree._Element:
    """The tree without comments; raise UnreadableFile if nothing is in it, or it is too deep.

    The library stops without a word at an element that lies 2,048 deep. Such a page is read
    again with the marks left out that nest so and tell least of the text.
    """
    root, is_whole = parsed(markup)
    if not is_whole:
        root, is_whole = parsed(flattened(markup))
    if not is_whole:
        raise UnreadableFile("nests too deeply to be read as HTML; save it in a simpler form")
    return root


def flattened(markup: str) -> str:
    """The markup with two line breaks for the marks of blocks, and without those of type."""
    return NESTED_BLOCK.sub("<br><br>", NESTED_WORD.sub("", markup))


def parsed(markup: str) -> tuple[etree._Element, bool]:
    """The tree, and whether all of the markup is in it."""
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        # bytes, for lxml refuses a text that begins with an XML declaration
        root = html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile("holds no text") from error
    return root, all(entry.type_name != "ERR_RESOURCE_LIMIT" for entry in parser.error_log)
