"""What a trained coder reads: windows of statements in a row, and the names of its answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from kb.codebook import Attribute, Codebook
from kb.models import Statement
from pipelines.extract.cues import Span

if TYPE_CHECKING:
    from tokenizers import Tokenizer

OWN_TOKENS = 120
HEADING_TOKENS = 24
LEAD_IN_TOKENS = 32
MOST_WHOLE = 2
"""How many times the tokens of its statements a window may have, headings and lead-ins counted."""
NOBODY = -1
FIRST, BETWEEN = "[CLS]", "[SEP]"
"""The marks of BERT: one begins a window, one ends each heading and statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many tokens a window spends on its statements, and on those before and after them."""

    own: int = 140
    before: int = 40
    after: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The tokens of one statement; `begins` where its heading is not that of the one before.

    `spans` say where in the statement each of its `own` tokens stands.
    """

    own: tuple[int, ...]
    spans: tuple[Span, ...]
    heading: tuple[int, ...]
    lead_in: tuple[int, ...]
    begins: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Statements in a row as a network reads them; three numbers for each token.

    `ids` are its tokens. `types` are 0 and 1 in turn, so that what is next to each other is told
    apart (interval segments, Liu and Lapata 2019, "Text summarization with pretrained encoders").
    `owners` have the number of the statement of `numbers` that is answered for, or -1.
    """

    ids: tuple[int, ...]
    types: tuple[int, ...]
    owners: tuple[int, ...]
    numbers: range


def labels(codebook: Codebook) -> tuple[str, ...]:
    """Return what is asked of a statement: each code, then each value as `attribute.value`."""
    values = (
        f"{attribute.name}.{value.id}"
        for attribute in codebook.attributes
        if attribute.asked
        for value in attribute.values
    )
    return (*(code.id for code in codebook.codes), *values)


def quoting(codebook: Codebook) -> Attribute | None:
    """Return the attribute whose words a coder marks in a statement, if the codebook has one."""
    return next((each for each in codebook.attributes if each.quotes), None)


def tags(codebook: Codebook) -> tuple[str, ...]:
    """Return what is asked of a word: does it begin what is quoted, is it part of that?"""
    attribute = quoting(codebook)
    return (f"{attribute.name}:first", f"{attribute.name}:part") if attribute else ()


def prepare(tokenizer: Tokenizer) -> Tokenizer:
    """Set a tokenizer to leave the cutting and filling of windows to us."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def pieces(statements: Sequence[Statement], tokenizer: Tokenizer) -> list[Piece]:
    """Return the tokens of the statements of one document, which come in reading order."""
    texts = [part for each in statements for part in (each.text, each.heading, each.lead_in)]
    coded = iter(tokenizer.encode_batch(texts, add_special_tokens=False))
    # each text is followed by its heading and its lead-in
    parts = zip(coded, coded, coded, strict=True)
    headings = pairwise([None, *(each.heading for each in statements)])
    return [
        Piece(
            own=tuple(own.ids[:OWN_TOKENS]),
            spans=tuple(own.offsets[:OWN_TOKENS]),
            heading=tuple(heading.ids[:HEADING_TOKENS]),
            # what a list is about stands last in a long lead-in
            lead_in=tuple(lead_in.ids[-LEAD_IN_TOKENS:]),
            begins=last != this,
        )
        for (own, heading, lead_in), (last, this) in zip(parts, headings, strict=True)
    ]


def windows(
    found: Sequence[Piece], tokenizer: Tokenizer, reach: Reach, *, first_own: int | None = None
) -> Iterator[Window]:
    """Yield windows that answer for each statement once, with neighbours on both sides.

    The first may spend another number of tokens on its own statements than `reach` tells.
    """
    start, own = 0, reach.own if first_own is None else first_own
    while start < len(found):
        stop = start + max(1, _fitting(found, range(start, len(found)), own))
        first = start - _fitting(found, range(start - 1, -1, -1), reach.before)
        last = stop + _fitting(found, range(stop, len(found)), reach.after)
        yield window(found, range(first, last), range(start, stop), tokenizer)
        start, own = stop, reach.own


def window(found: Sequence[Piece], read: range, answered: range, tokenizer: Tokenizer) -> Window:
    """Return the window that reads some statements and answers for some of those."""
    between = tokenizer.token_to_id(BETWEEN)
    rows = [(tokenizer.token_to_id(FIRST), 0, NOBODY)]
    for number in read:
        piece, type = found[number], number % 2
        for part in _before(piece, opens=number == read.start):
            rows += [(token, 1 - type, NOBODY) for token in (*part, between)]
        owner = number - answered.start if number in answered else NOBODY
        rows += [(token, type, owner) for token in piece.own or (between,)]
        rows.append((between, type, NOBODY))
    ids, types, owners = zip(*rows, strict=True)
    return Window(ids=ids, types=types, owners=owners, numbers=answered)


def places(window: Window) -> list[range]:
    """Return where the tokens of each statement stand that a window answers for."""
    owned = [(owner, at) for at, owner in enumerate(window.owners) if owner != NOBODY]
    runs = (list(run) for _, run in groupby(owned, key=lambda pair: pair[0]))
    return [range(run[0][1], run[-1][1] + 1) for run in runs]


def _before(piece: Piece, *, opens: bool) -> list[tuple[int, ...]]:
    """Return what stands before a statement: its heading once, what leads into a list each time.

    An item means what its lead-in makes of it, which may stand far above.
    """
    heading = [piece.heading] if piece.heading and (opens or piece.begins) else []
    lead_in = [piece.lead_in] if piece.lead_in else []
    return heading + lead_in


def _fitting(found: Sequence[Piece], numbers: range, tokens: int) -> int:
    """Return how many statements of those numbered, from the first on, fit into so many tokens.

    What stands before them may take as many again: a network has only so many places.
    """
    own, whole = tokens, MOST_WHOLE * tokens
    for count, number in enumerate(numbers):
        piece = found[number]
        own -= len(piece.own) + 1
        whole -= len(piece.own) + 1 + sum(len(part) + 1 for part in _before(piece, opens=False))
        if min(own, whole) < 0:
            return count
    return len(numbers)
