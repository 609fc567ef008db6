"""A coder that knows nothing but the cues of its codebook; any new codebook begins with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.codebook import Codebook
from kb.models import Claim, Statement
from pipelines.extract.claims import Judge
from pipelines.extract.cues import compile_cues
from pipelines.extract.reading import labels


@dataclass(frozen=True, slots=True, kw_only=True)
class CueCoder:
    """Gives a code to a statement in which one of its cues stands."""

    codebook: Codebook
    fingerprint: str

    def extract(self, statements: Sequence[Statement]) -> list[tuple[Claim, ...]]:
        """Return the claims of each statement, in order."""
        judge = Judge(codebook=self.codebook)
        names = labels(self.codebook)
        return [judge.claims(each, cue_scores(each, self.codebook, names)) for each in statements]


def cue_scores(statement: Statement, codebook: Codebook, names: Iterable[str]) -> dict[str, float]:
    """Score each label named by its cues: 0 for none, 0.5 for one, 0.75 for two and so on."""
    cues = compile_cues(codebook)
    # a list item takes the sense of what introduces it
    text = f"{statement.lead_in} {statement.text}".strip()
    return {label: 1 - 0.5 ** cues.count(label, text) for label in names}
