"""Values that a report's words give a result whatever scores say: "fell (p = 0.4)", "did not"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kb.codebook import Code, Codebook
from kb.cues import BESIDE, FAILS, HOLDS, RESULT
from pipelines.extract.cues import Cues, Span, compile_cues, outermost

BEFORE = 40
"""Characters within which the test of a result may stand before it: "no significant fall in"."""
BREAK = re.compile(r"[,;:.()]|\b(?:but|while|whereas|although|though|however)\b")
"""What stands between a test and words that it is not of."""


def overruled(
    codebook: Codebook, code: Code, text: str, result: Span | None, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values of a result, those replaced that a test in the text overrules.

    The test of a result is the one just before its words, else the first after them; where no words
    are known, all tests must agree. What is said beside its words, in their own clause, goes before
    both. A value that follows another falls to its default with that.
    """
    cues, found = compile_cues(codebook), dict(values)
    clause = _clause(text, result) if result else ""
    for attribute in codebook.attributes_of(code.id):
        labels = {value.id: f"{attribute.name}.{value.id}" for value in attribute.values}
        for id, label in labels.items() if attribute.name in values else ():
            if _fails(_tests(cues, label, text), text, result):
                found[attribute.name] = id
        for id, label in labels.items() if attribute.name in values else ():
            if cues.spans(f"{label} {BESIDE}", clause):
                found[attribute.name] = id
        kept = found.get(attribute.name) == values.get(attribute.name)
        if kept and found.get(attribute.follows) != values.get(attribute.follows):
            found[attribute.name] = attribute.default
    return found


def _clause(text: str, result: Span) -> str:
    """Return the clause in which a result stands, a sign for its words, from the break before."""
    breaks = [match.span() for match in BREAK.finditer(text)]
    start = max((start for start, end in breaks if end <= result[0]), default=0)
    stop = min((start for start, _ in breaks if start >= result[1]), default=len(text))
    return text[start : result[0]] + RESULT + text[result[1] : stop]


def _tests(cues: Cues, label: str, text: str) -> dict[Span, bool]:
    """Return where tests stand, in order, and whether each fails."""
    failing = set(cues.spans(f"{label} {FAILS}", text))
    holding = cues.spans(f"{label} {HOLDS}", text) if failing else []
    # "significant" within "not significant" is no test of its own
    return {span: span in failing for span in outermost([*failing, *holding])}


def _fails(tests: Mapping[Span, bool], text: str, result: Span | None) -> bool:
    if result is None:
        return bool(tests) and all(tests.values())
    before = [(span, fails) for span, fails in tests.items() if span[1] <= result[0]]
    for (_, end), fails in before[-1:]:
        between = text[end : result[0]]
        if len(between) <= BEFORE and not BREAK.search(between):
            return fails
    after = (fails for (_, end), fails in tests.items() if end > result[0])
    return next(after, False)
