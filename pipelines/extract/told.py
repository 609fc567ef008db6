"""Values that words alone tell, in what is quoted or in the statement; scores have no say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from kb.codebook import Attribute, Code, Codebook
from kb.models import Statement
from pipelines.extract.cues import Span, compile_cues, outermost

Places = Mapping[str, list[Span]]
"""Where the cues of each value stand in a text; values without any are left out."""


def told(
    codebook: Codebook, code: Code, statement: Statement, noted: Mapping[str, Any]
) -> dict[str, str]:
    """Return the values that words tell of one claim; `noted` is what else is noted about it."""
    found = {}
    for attribute in codebook.attributes_of(code.id):
        value = attribute.default
        if attribute.reads:
            words = noted.get(attribute.reads, "")
            places = _places(codebook, attribute, words)
            wider = noted.get(attribute.under, "")
            value = _longest(_under(attribute, wider, places, len(words) / 2)) or value
        elif attribute.by:
            # a list item takes the sense of what introduces it only where it is silent itself
            value = (
                _most(_places(codebook, attribute, statement.text))
                or _most(_places(codebook, attribute, statement.lead_in))
                or value
            )
        if value and not attribute.asked and attribute.values:
            found[attribute.name] = value
    return found


def _places(codebook: Codebook, attribute: Attribute, text: str) -> Places:
    cues = compile_cues(codebook)
    spans = {
        value.id: cues.spans(f"{attribute.name}.{value.id}", text) for value in attribute.values
    }
    # words within other words that are a cue tell nothing: "national" in "national park"
    widest = set(outermost({span for each in spans.values() for span in each}))
    found: dict[str, list[Span]] = defaultdict(list)
    for id, own in spans.items():
        for span in own:
            if span in widest:
                found[id].append(span)
    return found


def _under(attribute: Attribute, wider: str, places: Places, most: float) -> Places:
    """Return what belongs under the wider value noted; else only cues that are most of the words.

    "Absence" among staff is not "persistent absence" from school, but continuity is continuity.
    """
    if not wider:
        return places
    own = {value.id for value in attribute.values if value.under == wider}
    inside = {id: spans for id, spans in places.items() if id in own}
    long = {id: [(a, b) for a, b in spans if b - a >= most] for id, spans in places.items()}
    return inside or long


def _longest(places: Places) -> str:
    """Return the value whose cue is longest, of several the first; empty for none, or a draw."""
    ranked = sorted(
        (start - end, start, id) for id, spans in places.items() for start, end in spans
    )
    if len(ranked) > 1 and ranked[0][:2] == ranked[1][:2]:
        return ""
    return ranked[0][2] if ranked else ""


def _most(places: Places) -> str:
    """Return the value of which most cues stand in a text, of equals the one that stands first."""
    return min(places, key=lambda id: (-len(places[id]), places[id][0]), default="")
