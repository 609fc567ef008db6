"""Values that a report's own test of a result gives it, whatever the wording: "fell (p = 0.4)"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kb.codebook import Code, Codebook
from kb.cues import FAILS, HOLDS
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
    are known, all tests must agree.
    """
    cues, found = compile_cues(codebook), dict(values)
    for attribute in codebook.attributes_of(code.id):
        for value in attribute.values if attribute.name in values else ():
            if _fails(_tests(cues, f"{attribute.name}.{value.id}", text), text, result):
                found[attribute.name] = value.id
    return found


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
