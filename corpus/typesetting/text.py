"""Writes a master as plain text, 78 columns wide, or as Markdown with its references printed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from typesetting.read import Block, Inline, Master, citation, plain

WIDTH = 78
STRAIGHT = str.maketrans("‘’“”", "''\"\"")


def write_text(master: Master) -> bytes:
    """The note as text of the typewriter's kind, as old reports are passed around."""
    parts = [_underlined(master.title, "="), _imprint(master)]
    parts += [_block(block) for block in master.blocks]
    if master.notes:
        parts += [_underlined("Notes", "-"), _numbered(master.notes)]
    parts += [_underlined("References", "-"), _numbered([citation(r) for r in master.references])]
    return ("\n\n".join(parts).translate(STRAIGHT) + "\n").encode()


def write_markdown(master: Master) -> bytes:
    """The master itself, with the list of references that the other formats print."""
    text = master.source.replace(f"format: {master.format}\n", "").rstrip()
    entries = [f"{r.ref}. {_markdown(citation(r))}" for r in master.references]
    listed = "\n".join(entries).translate(STRAIGHT)
    return f"{text}\n\n## References\n\n{listed}\n".encode()


def _markdown(inline: Inline) -> str:
    return "".join(f"*{span.text}*" if span.emphasis else span.text for span in inline)


def _imprint(master: Master) -> str:
    lines = (
        f"{master.kind.capitalize()}. {master.country}, {master.period}.",
        f"Evidence knowledge base, {master.written}. Licence: {master.licence}.",
    )
    return "\n".join(_wrapped(line) for line in lines)


def _underlined(text: str, line: str) -> str:
    wrapped = _wrapped(text)
    return f"{wrapped}\n{line * max(map(len, wrapped.splitlines()))}"


def _wrapped(text: str, first: str = "", rest: str = "") -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _words(inline: Inline) -> str:
    return "".join(f"({span.note})" if span.note else span.text for span in inline)


def _numbered(entries: Sequence[Inline]) -> str:
    wrapped = (_wrapped(_words(e), f"{n}. ".rjust(4), "    ") for n, e in enumerate(entries, 1))
    return "\n".join(wrapped)


def _block(block: Block) -> str:
    if block.kind == "heading":
        return _underlined(plain(block.inline), "-" if block.level == 1 else ".")
    if block.kind == "list" and block.ordered:
        return _numbered(block.items)
    if block.kind == "list":
        return "\n".join(_wrapped(_words(item), "  * ", "    ") for item in block.items)
    if block.kind == "table":
        return "\n".join(_table(block))
    if block.kind == "box":
        inside = "\n\n".join(_block(b) for b in block.blocks)
        return textwrap.indent(inside, "  | ", lambda _: True)
    return _wrapped(_words(block.inline))


def _table(block: Block) -> Iterator[str]:
    rows = [[_words(cell) for cell in row] for row in block.rows]
    widths = _widths(rows)
    if block.caption:
        yield _wrapped(plain(block.caption)) + "\n"
    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    for number, row in enumerate(rows):
        yield from _row(row, widths)
        yield rule if number in (0, len(rows) - 1) else ""


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """Column widths that share the page in proportion to what the columns hold."""
    columns = list(zip(*rows, strict=True))
    room = WIDTH - 2 * (len(columns) - 1)
    least = [max(len(word) for cell in column for word in cell.split()) for column in columns]
    most = [max(map(len, column)) for column in columns]
    if sum(most) <= room:
        return most
    spare = room - sum(least)
    wish = [high - low for high, low in zip(most, least, strict=True)]
    return [low + spare * want // sum(wish) for low, want in zip(least, wish, strict=True)]


def _row(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    cells = [textwrap.wrap(cell, width) for cell, width in zip(row, widths, strict=True)]
    for line in range(max(map(len, cells))):
        words = (cell[line] if line < len(cell) else "" for cell in cells)
        padded = (word.ljust(width) for word, width in zip(words, widths, strict=True))
        yield "  ".join(padded).rstrip()
