"""Windows: statements that stand together and are put before a model at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kb.models import Statement

MOST = 12
"""A longer passage is cut."""

ENOUGH = 6
"""A window of so many ends with its heading, so that a change far above moves no window here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Statements of one document in reading order; `before` is the text before the first."""

    statements: tuple[Statement, ...]
    before: str = ""

    @property
    def text(self) -> str:
        """Return what a model reads: numbered statements under their headings and lead-ins."""
        return "\n".join(_lines(self)) + "\n"

    @property
    def sha256(self) -> str:
        """Return the sha256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def cut(statements: Sequence[Statement]) -> list[Window]:
    """Return the windows of a document's statements, which come in reading order.

    A passage is kept whole if it is not too long by itself.
    """
    windows: list[Window] = []
    now: list[Statement] = []
    for piece in _pieces(statements):
        new_heading = bool(now) and now[-1].heading != piece[0].heading
        if now and (len(now) + len(piece) > MOST or (new_heading and len(now) >= ENOUGH)):
            windows.append(_window(now, windows))
            now = []
        now += piece
    return [*windows, _window(now, windows)] if now else windows


def _pieces(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    for _, group in groupby(statements, key=lambda statement: statement.passage_id):
        passage = list(group)
        for start in range(0, len(passage), MOST):
            yield passage[start : start + MOST]


def _window(statements: Sequence[Statement], earlier: Sequence[Window]) -> Window:
    last = earlier[-1].statements[-1] if earlier else None
    same = last is not None and last.heading == statements[0].heading
    return Window(statements=tuple(statements), before=last.text if last and same else "")


def _lines(window: Window) -> Iterator[str]:
    heading = lead_in = ""
    for number, statement in enumerate(window.statements, 1):
        if statement.heading != heading or number == 1:
            heading, lead_in = statement.heading, ""
            yield f"Heading: {heading or 'none'}"
        if number == 1 and window.before:
            yield f"Before: {window.before}"
        if statement.lead_in != lead_in:
            lead_in = statement.lead_in
            yield f"Introduced by: {lead_in}" if lead_in else "Introduced by: nothing"
        yield f"[{number}] {statement.text}"
