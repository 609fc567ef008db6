"""From the bytes of a report to its text, block by block, in reading order."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

from kb.errors import UnreadableFile
from kb.models import Parsed
from pipelines.parse.assemble import assemble
from pipelines.parse.formats import LABELS, SUFFIXES, detect
from pipelines.parse.references import with_references
from pipelines.parse.tidy import has_words

__all__ = ["SUFFIXES", "assemble", "read"]

READERS = {
    "pdf": "pipelines.parse.pdf",
    "html": "pipelines.parse.html",
    "docx": "pipelines.parse.docx",
    "xml": "pipelines.parse.jats",
    "markdown": "pipelines.parse.markdown",
    "text": "pipelines.parse.text",
}

MOST_CHARACTERS = 30 * 10**6
"""Of one work: some ten thousand pages in small print."""


def read(content: bytes, name: str) -> Parsed:
    """What a file holds; raise UnreadableFile with a reason if it cannot be read.

    `name` is the file's name, of which only the suffix counts, and that less than the content.
    """
    kind = detect(content, name)
    check_length(len(content) if kind in ("markdown", "text") else 0)
    parsed = parse_as(kind, content)
    check_length(sum(len(block.text) for block in parsed.blocks))
    if not any(has_words(block.text) for block in parsed.blocks):
        raise UnreadableFile("holds no text")
    return replace(parsed, blocks=with_references(parsed.blocks))


def check_length(characters: int) -> None:
    """Raise UnreadableFile for a text longer than any report."""
    if characters > MOST_CHARACTERS:
        raise UnreadableFile(
            f"has {characters / 1e6:,.0f} million characters, more than the "
            f"{MOST_CHARACTERS / 1e6:,.0f} allowed; split it"
        )


def parse_as(kind: str, content: bytes) -> Parsed:
    """The parser's answer; what it does not foresee becomes a reason too, except lack of memory."""
    try:
        parser = import_module(READERS[kind])  # here: some of them take a second to import
        parsed: Parsed = parser.parse(content)
    except (UnreadableFile, MemoryError):
        raise
    except RecursionError as error:
        raise UnreadableFile(
            f"nests too deeply to be read as {LABELS[kind]}; save it in a simpler form"
        ) from error
    except Exception as error:
        raise UnreadableFile(
            f"could not be read as {LABELS[kind]} ({type(error).__name__}); "
            "please report it with the file"
        ) from error
    return parsed
