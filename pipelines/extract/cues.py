"""Finding a codebook's cues in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.codebook import Codebook
from kb.cues import TESTS, Cue

Span = tuple[int, int]
"""char_start and char_end in the text searched."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A compiled cue, and the letters, folded, without which no text need be searched for it."""

    letters: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Cues:
    """The compiled cues of a codebook; a label is a code's id or `attribute.value`.

    Patterns that tell how a result was tested stand by themselves, as `attribute.value fails`.
    """

    sought: dict[str, tuple[Sought, ...]]

    def spans(self, label: str, text: str) -> list[Span]:
        """Return where cues of a label stand in a text, in order; they may overlap."""
        found = (each.finditer(text) for each in self._likely(label, text))
        return sorted({match.span() for matches in found for match in matches if match.group()})

    def count(self, label: str, text: str) -> int:
        """Return how many cues of a label occur in a text."""
        return sum(1 for each in self._likely(label, text) if each.search(text))

    def _likely(self, label: str, text: str) -> list[re.Pattern[str]]:
        folded = text.casefold()
        return [each.pattern for each in self.sought.get(label, ()) if each.letters in folded]


def compile_cues(codebook: Codebook) -> Cues:
    """Compile the cues of a codebook, once for each content of its file."""
    # keyed by the digest: to hash thousands of cues at each call takes longer than to find them
    if codebook.sha256 not in _COMPILED:
        _COMPILED[codebook.sha256] = _compiled(codebook.cues)
    return _COMPILED[codebook.sha256]


_COMPILED: dict[str, Cues] = {}


def _compiled(cues: Iterable[Cue]) -> Cues:
    found: dict[str, list[Sought]] = {}
    for cue in cues:
        label = f"{cue.target}.{cue.value}" if cue.value else cue.target
        if cue.kind in TESTS.values():
            label += f" {cue.kind}"
        # patterns are read as written: "Smith (2010)" is told from a bracket by its capital
        flags = re.IGNORECASE if cue.kind == "phrase" else 0
        pattern = re.compile(cue.regex(), flags)
        found.setdefault(label, []).append(Sought(_letters(cue), pattern))
    return Cues({label: tuple(every) for label, every in found.items()})


def _letters(cue: Cue) -> str:
    """Return the longest stretch of a phrase that must stand in a text as it is written."""
    written = re.split(r"[\s*]+", cue.text) if cue.kind == "phrase" else [""]
    return max(written, key=len).casefold()


def longest(spans: Iterable[Span]) -> Span | None:
    """Return the longest span, of several the first."""
    return min(spans, key=lambda span: (span[0] - span[1], span[0]), default=None)


def nearest(spans: Iterable[Span], to: Span, *, within: int) -> Span | None:
    """Return the span nearest to another, no more than `within` characters away."""
    near = [span for span in spans if _gap(span, to) <= within]
    return min(near, key=lambda span: (_gap(span, to), span), default=None)


def outermost(spans: Iterable[Span]) -> list[Span]:
    """Return the spans that lie within no other, in order."""
    found: list[Span] = []
    for span in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if not found or span[1] > found[-1][1]:
            found.append(span)
    return found


def apart(spans: Iterable[Span], others: Sequence[Span]) -> list[Span]:
    """Return the spans that do not begin within any other."""
    return [each for each in spans if not any(a <= each[0] < b for a, b in others)]


def _gap(one: Span, other: Span) -> int:
    return max(one[0] - other[1], other[0] - one[1], 0)
