"""What a document itself says that its short forms stand for: "payment by results (PbR)".

After Schwartz and Hearst 2003, "A simple algorithm for identifying abbreviation definitions in
biomedical text": the letters of the short form must stand, in order, in the words before it, the
first of them at the beginning of a word. Words that begin with just these letters go first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

ShortForm = tuple[str, str]
"""A short form as printed, and what it stands for in small letters; both for one of a kind."""

IN_BRACKETS = re.compile(r"\(([^()\n]{2,80})\)")
SHORT = re.compile(r"(?=.*[A-Z].*[A-Z])[A-Z][A-Za-z0-9&/-]{1,9}")
"""Two capitals at least: (Smith) and (see below) are something else."""
WORD = re.compile(r"\S+")
SMALL_WORDS = r"\W+(?:(?:a|and|at|by|for|from|in|of|on|or|the|to|with)\W+)*"
MOST_LETTERS, FAR = 100, 200
"""Letters of a long form at most, and how far before the brackets one is sought."""
MARKS = " '\"“”‘’"


def find_short_forms(texts: Iterable[str]) -> list[ShortForm]:
    """Give the short forms that texts explain, each once, in order."""
    found = (pair for text in texts for pair in _in(text))
    return sorted(set(found))


def _in(text: str) -> Iterator[ShortForm]:
    for found in IN_BRACKETS.finditer(text):
        before = text[max(0, found.start() - FAR) : found.start()].rpartition(")")[2]
        words = WORD.findall(before)
        inside = re.split(r"[;,]", found[1])[0].strip(MARKS)
        if SHORT.fullmatch(inside):
            yield from _pair(inside, _long_form(inside, _last_words(words, inside)))
        elif words and SHORT.fullmatch(short := words[-1].strip(MARKS)):
            long = _long_form(short, inside)
            yield from _pair(short, long if long == inside else "")


def _last_words(words: Sequence[str], short: str) -> str:
    """Give the words among which a long form must be: few more than the short form has letters."""
    letters = sum(letter.isalnum() for letter in short)
    return " ".join(words[-min(letters + 5, letters * 2) :])


def _long_form(short: str, text: str) -> str:
    """Give the end of a text that a short form stands for; empty if none has its letters."""
    letters = [letter for letter in short.lower() if letter.isalnum() or letter == "&"]
    if len(letters) > 2 and short.endswith("s"):  # CCGs
        letters.pop()
    small = text.lower().replace(" and ", "  &  " if "&" in letters else " and ")
    at = _by_first_letters(letters, small)
    at = _by_any_letters(letters, small) if at < 0 else at
    long = text[at:].strip() if at >= 0 else ""
    words = WORD.findall(long)
    return "" if len(words) < 2 or short in words or len(long) > MOST_LETTERS else long


def _by_first_letters(letters: Sequence[str], text: str) -> int:
    """Find where the words begin whose first letters these are; -1 without such words."""
    pattern = SMALL_WORDS.join(rf"{re.escape(letter)}\w*" for letter in letters)
    found = re.search(rf"(?<!\w){pattern}$", text)
    return found.start() if found else -1


def _by_any_letters(letters: Sequence[str], text: str) -> int:
    """Find where the shortest end of a text begins that has all letters; -1 without one."""
    at = len(text)
    for number, letter in reversed(list(enumerate(letters))):
        at = text.rfind(letter, 0, at)
        while number == 0 and at > 0 and text[at - 1].isalnum():
            at = text.rfind(letter, 0, at)
        if at < 0:
            return -1
    return at


def _pair(short: str, long: str) -> Iterator[ShortForm]:
    if short.endswith("s") and long.endswith("s") and not short.isupper():
        short, long = short[:-1], long[:-1]
    if long:
        yield short, " ".join(long.split()).lower()
