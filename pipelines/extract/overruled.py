"""Values that a report's own test of a result gives it, whatever the wording: "fell (p = 0.4)"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kb.codebook import Code, Codebook
from pipelines.extract.cues import FAILS, HOLDS, Cues, Span, compile_cues, outermost

BEFORE = 40
"""Characters before a result within which its test may stand, where none follows."""
BREAKS = ",;:."
"""What stands between a test and words that it is not of."""


def overruled(
    codebook: Codebook, code: Code, text: str, result: Span | None, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values of a result, those replaced that a test in the text overrules.

    The test of a result is the first that ends after its words begin, else one just before them;
    where no words are known, all tests must agree.
    """
    cues, found = compile_cues(codebook), dict(values)
    for attribute in codebook.attributes_of(code.id):
        for value in attribute.values if attribute.name in values else ():
            if _fails(dict(_tests(cues, f"{attribute.name}.{value.id}", text)), text, result):
                found[attribute.name] = value.id
    return found


def _tests(cues: Cues, label: str, text: str) -> Iterator[tuple[Span, bool]]:
    """Yield where tests stand, in order, and whether each fails."""
    every = {
        span: kind == FAILS
        for kind in (HOLDS, FAILS)
        for span in cues.spans(f"{label} {kind}", text)
    }
    # "significant" within "not significant" is no test of its own
    for span in sorted(outermost(every)):
        yield span, every[span]


def _fails(tests: Mapping[Span, bool], text: str, result: Span | None) -> bool:
    if not tests or result is None:
        return bool(tests) and all(tests.values())
    after = [fails for (_, end), fails in tests.items() if end > result[0]]
    if after:
        return after[0]
    *_, ((_, end), fails) = tests.items()
    between = text[end : result[0]]
    return fails and len(between) <= BEFORE and not any(sign in between for sign in BREAKS)
