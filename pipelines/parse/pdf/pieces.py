"""Characters into pieces of lines, and pieces of one line joined."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipelines.parse.flow import folded
from pipelines.parse.pdf.chars import Character


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters on one line; its box is that of its main type."""

    characters: tuple[Character, ...]
    x0: float
    y0: float
    x1: float
    y1: float
    size: float

    @property
    def middle(self) -> float:
        """Half-way between top and foot."""
        return (self.y0 + self.y1) / 2

    @property
    def text(self) -> str:
        """Its characters as they come."""
        return "".join(c.text for c in self.characters)


def pieces_of(characters: Iterable[Character]) -> Iterator[Piece]:
    """Runs of characters on one line without a wide gap."""
    run: list[Character] = []
    x1 = y0 = y1 = 0.0
    for character in characters:
        if character.x0 == math.inf:
            if character.text == "\n":
                yield from piece_of(run)
                run = []
            elif run:
                run.append(character)
            continue
        if run and _breaks(x1, y0, y1, character):
            yield from piece_of(run)
            run = []
        if not run or character.y1 - character.y0 >= 0.8 * (y1 - y0):
            y0, y1 = character.y0, character.y1
        x1 = character.x1
        run.append(character)
    yield from piece_of(run)


def _breaks(x1: float, y0: float, y1: float, character: Character) -> bool:
    """Whether a character does not follow on the line that ends at `x1`."""
    height, own = y1 - y0, character.y1 - character.y0
    if own < 0.5 * character.size:  # a hyphen's box can be as flat as its stroke
        own = 0.5 * character.size
    gap = character.x0 - x1
    if gap > 8 and gap > 1.2 * height:
        return True
    foot = y1 if y1 < character.y1 else character.y1
    top = y0 if y0 > character.y0 else character.y0
    return gap < -2 * own or foot - top < 0.3 * (own if own < height else height)


def piece_of(run: Sequence[Character]) -> Iterator[Piece]:
    inked = [c for c in run if c.ink]
    if not inked or not folded("".join(c.text for c in inked)):
        return
    height = _most_common([(c.y1 - c.y0, len(c.text)) for c in inked])
    main = [c for c in inked if c.y1 - c.y0 >= 0.8 * height]
    yield Piece(
        tuple(run),
        min(c.x0 for c in inked),
        min(c.y0 for c in main),
        max(c.x1 for c in inked),
        max(c.y1 for c in main),
        _most_common([(c.size, len(c.text)) for c in inked]),
    )


def _most_common(values: Sequence[tuple[float, int]]) -> float:
    """The value that comes most often, each counted as often as it says."""
    first = values[0][0]
    if all(value == first for value, _ in values):
        return round(first, 1)
    counts: Counter[float] = Counter()
    for value, times in values:
        counts[round(value, 1)] += times
    return counts.most_common(1)[0][0]


def joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces on one base line with hardly a gap made one again; in content order."""
    ordered = sorted(_chained(pieces), key=lambda p: (round(p.middle / 3), p.x0))
    done: list[Piece] = []
    for piece in ordered:
        for k in range(len(done) - 1, max(-1, len(done) - 7), -1):
            if _is_neighbour(done[k], piece):
                done[k] = _glued(done[k], piece)
                break
        else:
            done.append(piece)
    # a mark in the margin may be written before or after all text: the middle tells the place
    return sorted(done, key=lambda p: p.characters[len(p.characters) // 2].at)


def _chained(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces that touch and follow in the content, such as raised signs, made one."""
    chain: list[Piece] = []
    for piece in pieces:
        if chain and _touches(chain[-1], piece):
            chain[-1] = _glued(chain[-1], piece)
        else:
            chain.append(piece)
    return chain


def _touches(left: Piece, right: Piece) -> bool:
    overlap = min(left.y1, right.y1) - max(left.y0, right.y0)
    level = overlap > 0.6 * min(left.y1 - left.y0, right.y1 - right.y0)
    return level and -1 <= right.x0 - left.x1 < 0.3 * min(left.size, right.size)


_LONE_MARK = re.compile(r"^(?:[(\[]?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)\]]?|[^\w\s\"'“‘(\[$£€%])$")


def _is_neighbour(left: Piece, right: Piece) -> bool:
    small = min(left.size, right.size)
    gap = right.x0 - left.x1
    follows = 0 <= right.characters[0].at - left.characters[-1].end <= 3
    near = 1.3 * small if follows else 0.4 * small
    if follows and _LONE_MARK.match(left.text.strip()):
        near = 4 * right.size
    return abs(left.middle - right.middle) < 0.5 * max(small, 3) and -3 <= gap < near


def _glued(left: Piece, right: Piece) -> Piece:
    wide = right if right.x1 - right.x0 > left.x1 - left.x0 else left
    space = Character(left.characters[-1].at, " ", *(math.inf,) * 4, False, 0.0, 0.0, False)
    between = (space,) if right.x0 - left.x1 >= 0.15 * right.size else ()
    return Piece(
        (*left.characters, *between, *right.characters),
        min(left.x0, right.x0),
        min(left.y0, right.y0),
        max(left.x1, right.x1),
        max(left.y1, right.y1),
        wide.size,
    )
