"""Paragraphs of a Markdown file that a program made from PDF: torn at page breaks, bullets lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.models import Block
from pipelines.parse.context import last_sentence, leads_in

FINISHED = re.compile(r"[.!?:;…][\])”’\"'\d]*$")
SENTENCE_WORDS = 8
COORDINATED = re.compile(r"[,;]\s+(?:and|or)$")


def rejoined(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with torn paragraphs whole, and items that have lost their bullets as items.

    A paragraph that begins with a small letter goes on with something: with the sentence before
    it if that one stops in its middle, else with the list that a colon before it has begun.
    """
    mended: list[Block] = []
    for block in blocks:
        if not mended or not goes_on(block):
            mended.append(block)
        elif is_torn(mended[-1]):
            joined = f"{mended[-1].text} {block.text}"
            mended[-1] = replace(mended[-1], text=joined)
        elif mended[-1].kind == "list_item" or begins_list(mended[-1]):
            level = max(mended[-1].level, 1)
            mended.append(replace(block, kind="list_item", level=level))
        else:
            mended.append(block)
    return tuple(mended)


def goes_on(block: Block) -> bool:
    """Whether a paragraph begins as no sentence does."""
    return block.kind == "paragraph" and block.text[0].islower()


def is_torn(block: Block) -> bool:
    """Whether a paragraph or item breaks off in the middle of a sentence."""
    text = block.text
    if block.kind not in ("paragraph", "list_item") or FINISHED.search(text):
        return False
    if COORDINATED.search(text):
        return False
    if leads_in(text) and text[-1].isalpha():
        return True
    begins_well = block.kind == "paragraph" and text.lstrip("*† ")[:1].isupper()
    whole_sentence = begins_well and len(text.split()) >= SENTENCE_WORDS
    return whole_sentence and ":" not in last_sentence(text)


def begins_list(block: Block) -> bool:
    """Whether a paragraph ends with a colon, or holds one before a first item that is glued on."""
    return block.kind == "paragraph" and ":" in last_sentence(block.text)
