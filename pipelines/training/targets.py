"""What a network should have answered, and how far it was from that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.extract.cues import Span
from pipelines.extract.reading import Piece
from pipelines.training.examples import Example

if TYPE_CHECKING:
    from torch import Tensor

UNKNOWN = -1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a network is asked: of each statement the `labels`, first those of `codes`; then of
    each token the `tags`."""

    labels: tuple[str, ...]
    tags: tuple[str, ...]
    codes: int

    @property
    def size(self) -> int:
        """Return the number of all questions."""
        return len(self.labels) + len(self.tags)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The answers due for one statement: 1, 0, or -1 where nobody knows.

    `whole` has one a label. `parts` are the first and last token of what was noted apart, each
    with its own answers. `tags` has two rows, one answer a token: does it begin, or carry on,
    words that are noted? It is empty where that is not known. `taught` are a teacher's logits
    [own tokens, labels and tags], if there is a teacher.
    """

    whole: tuple[float, ...]
    parts: tuple[tuple[range, tuple[float, ...]], ...]
    tags: tuple[tuple[float, ...], ...]
    taught: Tensor | None = None


def target(example: Example, piece: Piece, asked: Asked) -> Target:
    """Return what is due for an example that was cut into the tokens of a piece."""
    places = [(_tokens(part.span, piece), part) for part in example.parts]
    found = [(place, _due(part.answers, asked.labels)) for place, part in places if place]
    known = example.quoted and len(found) == len(example.parts)
    return Target(
        whole=_due(example.answers, asked.labels),
        parts=tuple(found),
        tags=_tagged([place for place, _ in found], len(piece.own)) if known and asked.tags else (),
    )


def _due(answers: Mapping[str, bool], names: Sequence[str]) -> tuple[float, ...]:
    return tuple(float(answers.get(name, UNKNOWN)) for name in names)


def _tokens(span: Span, piece: Piece) -> range:
    inside = [
        number
        for number, (start, end) in enumerate(piece.spans)
        if start < span[1] and end > span[0]
    ]
    return range(inside[0], inside[-1] + 1) if inside else range(0)


def _tagged(places: Sequence[range], size: int) -> tuple[tuple[float, ...], ...]:
    first = [float(any(number == place.start for place in places)) for number in range(size)]
    inside = [float(any(number in place for place in places)) for number in range(size)]
    return tuple(first), tuple(inside)
