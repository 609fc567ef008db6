"""How words are compared: exactly for us, and as leniently as is honest for plain-text peers."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from masters import MARK

OUR_MARK = r"(?: ?\[\d+\])?"
"""A note's mark as our texts show it."""

ANY_MARK = r" ?\[?\^?\d{0,2}\^?\]? ?"
"""A note's mark as a peer may show it."""

STRAIGHT = str.maketrans("‘’“”–—−‐‑", "''\"\"-----")


def fold(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def lenient(text: str) -> str:
    """The text folded, its ligatures, quotes and dashes made plain, and no control characters."""
    text = unicodedata.normalize("NFKC", text).translate(STRAIGHT)
    return fold("".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C"))


def squashed(text: str) -> str:
    """Only letters and digits, so that hyphens and spaces cannot matter."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def exact(text: str) -> re.Pattern[str]:
    """What finds a unit of a master in a text of ours, its marks in brackets or left out."""
    return re.compile(OUR_MARK.join(map(re.escape, MARK.split(text)[::2])))


def fair(text: str) -> re.Pattern[str]:
    """What finds a unit in the lenient text of a peer."""
    return re.compile(ANY_MARK.join(re.escape(lenient(p)) for p in MARK.split(text)[::2]))


def in_order(text: str) -> re.Pattern[str]:
    """What finds a unit in a squashed text."""
    return re.compile(r"\d{0,2}".join(re.escape(squashed(p)) for p in MARK.split(text)[::2]))


def rising(positions: Sequence[int]) -> set[int]:
    """The indexes of a longest increasing run of the positions; a negative one is left out."""
    tails: list[int] = []
    ends: list[int] = []
    before: dict[int, int] = {}
    for index, position in enumerate(positions):
        if position < 0:
            continue
        place = bisect_left(tails, position)
        before[index] = ends[place - 1] if place else -1
        tails[place : place + 1] = [position]
        ends[place : place + 1] = [index]
    run: set[int] = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        run.add(index)
        index = before[index]
    return run


def trigrams(text: str) -> set[tuple[str, ...]]:
    """Its runs of three words; of fewer where it has fewer."""
    tokens = tuple(fold(text).split())
    return {tokens[k : k + 3] for k in range(max(1, len(tokens) - 2))}


def nearest(expected: str, shown: Iterable[tuple[str, str]], most: int = 3) -> str:
    """Of (label, text) pairs those that share most runs of words with what was expected."""
    wanted = trigrams(expected)
    ranked = [(len(wanted & trigrams(text)), label, text) for label, text in shown]
    best = sorted((each for each in ranked if each[0]), key=lambda each: -each[0])[:most]
    best = [each for each in best if each[0] > 0.1 * best[0][0]]
    shown_best = " ‖ ".join(f"{label}: {around(expected, text)}" for _, label, text in best)
    changes = differences(expected, best[0][2]) if best else ""
    return f"{shown_best}\n  differs   {changes}" if changes else shown_best


def differences(expected: str, text: str, most: int = 4, context: int = 2) -> str:
    """The first few changes between two texts, word for word: "-" is missing, "+" is too much."""
    old, new = expected.split(), text.split()
    found = []
    for change, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change != "equal":
            gone, come = (clipped(words) for words in (old[a:b], new[c:d]))
            before, after = old[max(0, a - context) : a], old[b : b + context]
            parts = [*before, gone and f"[-{gone}-]", come and f"[+{come}+]", *after]
            found.append(" ".join(filter(None, parts)))
    return " … ".join(found[:most])


def clipped(words: Sequence[str], most: int = 14) -> str:
    """Words in one string, the middle ones left out where there are many."""
    half = most // 2
    return " ".join(words if len(words) <= most else [*words[:half], "…", *words[-half:]])


def around(expected: str, text: str, margin: int = 80) -> str:
    """The part of a long text that has to do with what was expected."""
    if len(text) <= len(expected) + 2 * margin:
        return text
    tokens = expected.split()
    found = [(text.find(" ".join(tokens[k : k + 3])), k) for k in range(max(1, len(tokens) - 2))]
    at, k = next(((at, k) for at, k in found if at >= 0), (0, 0))
    begin = max(0, at - len(" ".join(tokens[:k])) - margin)
    end = begin + len(expected) + 2 * margin
    return "…" * (begin > 0) + text[begin:end] + "…" * (end < len(text))
