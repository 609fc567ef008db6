"""What blocks look like whose markup does not say it: captions, headings, numbered paragraphs."""

from __future__ import annotations

import re
from dataclasses import replace

from kb.models import Block
from pipelines.parse.tidy import vocabulary

LONGEST_BOLD_HEADING = 14
LONGEST_CAPTION = 40
LONGEST_QUOTED_HEADING = 4
QUOTED_TITLE = re.compile(r"[”’\"']:")
SENTENCE_END = re.compile(r"[.!?][\])”’\"'\d]*(?:\s|$)")
LONG_ITEM = 30
CAPTION = re.compile(
    r"(?P<name>[^\W\d_]++)\.?\s+[A-Z]?\d++(?:\.\d+)*+[a-z]?+(?![^\W_])\s*+"
    r"(?:(?P<end>[.:|–—-](?![\da-z])|$)|[‘“'\"(\[]?(?P<next>\w))"
)


def is_caption(text: str) -> bool:
    """Whether `text` names a table, figure or box with its number, rather than speaking of it."""
    found = CAPTION.match(text)
    if not found or found["name"].lower() not in vocabulary()["captions"]:
        return False
    named = found["end"] is not None or found["next"].isupper()
    return named and len(text.split()) <= LONGEST_CAPTION


def looks_like_heading(text: str) -> bool:
    """Whether a paragraph all in bold is short enough and unfinished, as headings are."""
    return len(text.split()) <= LONGEST_BOLD_HEADING and not text.endswith((".", ",", ";"))


def is_quotation(text: str) -> bool:
    """Whether a text printed like a heading is a quotation: no brief one, nor one with a colon.

    “Nobody asked me”: choice and control is a heading.
    """
    quoted = text[0] in "“‘\"'" and not QUOTED_TITLE.search(text)
    return quoted and len(text.split()) > LONGEST_QUOTED_HEADING


def without_numbering(items: list[Block]) -> list[Block]:
    """A numbered list's blocks, as paragraphs if it only numbers the paragraphs of a report.

    It does if it has a single item, or if most are long and of several sentences; lists inside
    the items move one level up.
    """
    outer = [block for block in items if block.kind == "list_item" and block.level == 1]
    long = [item for item in outer if is_long(item.text)]
    if len(outer) != 1 and (not long or len(long) * 2 < len(outer)):
        return items
    return [unnumbered(block) for block in items]


def is_long(text: str) -> bool:
    """Whether an item is a paragraph in itself."""
    return len(text.split()) >= LONG_ITEM and len(SENTENCE_END.findall(text)) > 1


def unnumbered(block: Block) -> Block:
    """One block of such a list."""
    if block.kind != "list_item":
        return block
    if block.level == 1:
        return replace(block, kind="paragraph", level=0)
    return replace(block, level=block.level - 1)
