"""The words of a measure: what was marked, made one where it is, without what names nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.extract.cues import Span

FILE = Path(__file__).with_suffix(".yml")
WORD = re.compile(r"[^\W_](?:[\w&'’/.-]*[^\W_])?")
A_AND_E = re.compile(r"A ?(?:and|&) ?E\b")
MARK = re.compile(r"(?<=[^\W\d])[.,;]?(?:\[\d[\d,–-]*\]?|(?<=[.,;])\d+)\W*$")
"""The mark of a note, with what is left of it, behind the last word: "carers.[8", "costs.10"."""
ENDS, NEXT = re.compile(r"[,;:.|)!?\]”]$"), re.compile(r"[\s-]*\w")
"""What ends a measure, and what parts its words: "calls |", "(visits"."""


def joined(text: str, spans: Sequence[Span]) -> list[range]:
    """Return which spans in a row are one measure: nothing stands between, and no "and" at the end.

    "overall" and "cost of care" are one; "calls," and "visits" are two.
    """
    found: list[range] = []
    for number, span in enumerate(spans):
        if found and _goes_on(text, spans[number - 1], span):
            found.append(range(found.pop().start, number + 1))
        else:
            found.append(range(number, number + 1))
    return found


def trimmed(text: str, span: Span) -> Span | None:
    """Return where the measure stands within words marked: "the costs of"; None if none is left."""
    start, end = span
    marked = MARK.sub("", text[start:end])
    words = [match.span() for match in WORD.finditer(marked)]
    while words and _is(marked, words[0], "edges") and not A_AND_E.match(marked, words[0][0]):
        words = words[1:]
    while words and _is(marked, words[-1], "edges") and not marked[slice(*words[-1])].isupper():
        words = words[:-1]
    if all(_names_nothing(marked[slice(*word)]) for word in words):
        return None
    first, last = words[0][0], words[-1][1]
    opened = marked[first:last].count("(") > marked[first:last].count(")")
    return start + first, start + last + (opened and marked[last : last + 1] == ")")


def merged(notes: Iterable[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    """Return what is noted of results, those made one that differ in words within words alone.

    `name` is the attribute that holds the words; the longer ones stay.
    """
    found: list[Mapping[str, Any]] = []
    for note in notes:
        for number, other in enumerate(found):
            if _are_one(note, other, name):
                found[number] = max(other, note, key=lambda each: len(each.get(name, "")))
                break
        else:
            found.append(note)
    return found


def _goes_on(text: str, before: Span, span: Span) -> bool:
    last = text[slice(*before)].rsplit(maxsplit=1)[-1]
    follows = NEXT.fullmatch(text, before[1], span[0] + 1)
    return bool(follows) and not ENDS.search(last) and last.lower() not in _known()["joins"]


def _are_one(one: Mapping[str, Any], other: Mapping[str, Any], name: str) -> bool:
    words, others = (set(WORD.findall(each.get(name, "").lower())) for each in (one, other))
    same = {**one, name: ""} == {**other, name: ""}
    return same and bool(words) and bool(others) and (words <= others or others <= words)


def _is(text: str, word: Span, kind: str) -> bool:
    own = text[slice(*word)]
    return not _is_short_form(own) and own.lower() in _known()[kind]


def _is_short_form(word: str) -> bool:
    """Return whether a word is one in capitals: IT is not "it"."""
    return len(word) > 1 and word.isupper()


def _names_nothing(word: str) -> bool:
    known = _known()
    is_figure = not re.search(r"[^\W\d_]", word) or len(word) == 1
    known_words = known["edges"] | known["no_measures"]
    return is_figure or (word.lower() in known_words and not _is_short_form(word))


@cache
def _known() -> Mapping[str, frozenset[str]]:
    listed: Mapping[str, list[str]] = yaml.safe_load(FILE.read_text("utf-8"))
    return {kind: frozenset(words) for kind, words in listed.items()}
