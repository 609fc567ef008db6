"""What stands beside printed lines: the numbers of a draft's lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.parse.pdf.pieces import Piece, piece_of


def without_line_numbers(pieces: list[Piece]) -> list[Piece]:
    """The pieces without the numbers of lines that drafts carry in the margin."""
    rows = len({round(piece.middle / 4) for piece in pieces})
    numbered = sorted(
        (piece.middle, int(text), at) for at, piece in enumerate(pieces) if (text := _count(piece))
    )
    found: list[tuple[float, int, int]] = []
    for run in _steady(numbered):
        step = run[1][1] - run[0][1]
        edges = [pieces[at].x0 for _, _, at in run]
        ends = [_end_of_count(pieces[at]) for _, _, at in run]
        aligned = max(edges) - min(edges) < 4 or max(ends) - min(ends) < 4
        if aligned and len(run) >= 5 and len(run) * step > 0.6 * rows:
            found += run
    numbers = {at for _, _, at in found}
    left = [_uncounted(p) if at in numbers else [p] for at, p in enumerate(pieces)]
    return [piece for part in left for piece in part]


_COUNT = re.compile(r"\s*(\d{1,4})(?=\s|$)")


def _count(piece: Piece) -> str:
    """The number that stands alone, or with a wide gap before the words of its line."""
    found = _COUNT.match(piece.text)
    if not found:
        return ""
    behind = [c for c in piece.characters[found.end() :] if c.ink]
    if behind and behind[0].x0 - _end_of_count(piece) < 0.5 * piece.size:
        return ""
    return found[1]


def _end_of_count(piece: Piece) -> float:
    found = _COUNT.match(piece.text)
    return piece.characters[found.end() - 1].x1 if found else piece.x1


def _uncounted(piece: Piece) -> Iterator[Piece]:
    found = _COUNT.match(piece.text)
    return piece_of(piece.characters[found.end() if found else 0 :])


def _steady(numbered: Sequence[tuple[float, int, int]]) -> Iterator[list[tuple[float, int, int]]]:
    """Stretches that count on by one step of 1 or 5, say, down the page."""
    run: list[tuple[float, int, int]] = []
    for item in numbered:
        step = item[1] - run[-1][1] if run else 0
        if step > 0 and (len(run) < 2 or step == run[1][1] - run[0][1]):
            run.append(item)
            continue
        if len(run) > 1:
            yield run
        run = [item]
    if len(run) > 1:
        yield run
