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
PART = re.compile(r"\w+|&")
SMALL = re.compile("a|an|and|at|by|for|from|in|of|on|or|the|to|with")
"""Words that short forms may pass over."""
MOST_LETTERS, FAR = 100, 200
"""Letters of a long form at most, and how far before the brackets one is sought."""
MARKS = " '\"“”‘’"
OTHER_SIGNS = frozenset("[].:;!?")
"""What stands in no long form: it goes over the end of something."""
PLURALS = ((r"ies$", "y"), (r"(?<=ss|sh|ch)es$|(?<=x)es$", ""), (r"(?<!s)s$", ""))


def find_short_forms(texts: Iterable[str]) -> list[ShortForm]:
    """Give the short forms that texts explain, each once, in order."""
    return sorted({pair for text in texts for pair in _in(text)})


def stands_for(short: str, long: str) -> bool:
    """Whether words are what a short form stands for, all of them, by its letters."""
    words = WORD.findall(long)
    return SHORT.fullmatch(short) is not None and _long_form(short, words, sure=False) == " ".join(
        words
    )


def _in(text: str) -> Iterator[ShortForm]:
    for found in IN_BRACKETS.finditer(text):
        before = text[max(0, found.start() - FAR) : found.start()].rpartition(")")[2]
        words = WORD.findall(before)
        inside, *others = (part.strip(MARKS) for part in re.split("[;,]", found[1]))
        if SHORT.fullmatch(inside):
            # what is followed by something else in its brackets is often a source: (DH, 2010)
            yield from _pair(inside, _long_form(inside, words, sure=bool(others)))
        elif words and SHORT.fullmatch(short := words[-1].strip(MARKS)):
            long = _long_form(short, WORD.findall(inside), sure=False)
            yield from _pair(short, long if long == " ".join(inside.split()) else "")


def _long_form(short: str, words: Sequence[str], *, sure: bool) -> str:
    """Give the last words that a short form stands for; empty if none have its letters.

    If it must be `sure`, or the short form has two letters, words must begin with all of them.
    """
    letters = [letter for letter in short.lower() if letter.isalnum() or letter == "&"]
    if len(letters) > 2 and short.endswith("s"):  # CCGs
        letters.pop()
    text = " ".join(words[-min(len(letters) + 5, len(letters) * 2) :])
    at = _by_first_letters(letters, text)
    if at < 0 and not sure and len(letters) > 2:
        at = _by_any_letters(letters, text)
    long = text[at:] if at >= 0 else ""
    is_one = len(WORD.findall(long)) > 1 and short not in WORD.findall(long)
    return long if is_one and len(long) <= MOST_LETTERS and not OTHER_SIGNS & set(long) else ""


def _by_first_letters(letters: Sequence[str], text: str) -> int:
    """Find where the words begin whose first letters these are; -1 without such words."""
    left = list(letters)
    for part in reversed(list(PART.finditer(text))):
        word = "&" if part[0].lower() == "and" and left[-1] == "&" else part[0].lower()
        if word.startswith(left[-1]):
            left.pop()
        elif not SMALL.fullmatch(word) or len(left) == len(letters):
            return -1
        if not left:
            return part.start()
    return -1


def _by_any_letters(letters: Sequence[str], text: str) -> int:
    """Find where the shortest end of a text begins that has all letters; -1 without one."""
    at = len(text)
    small = "".join(min(letter.lower(), letter, key=len) for letter in text)
    for number, letter in reversed(list(enumerate(letters))):
        at = small.rfind(letter, 0, at)
        while number == 0 and at > 0 and small[at - 1].isalnum():
            at = small.rfind(letter, 0, at)
        if at < 0:
            return -1
    return at


def _pair(short: str, long: str) -> Iterator[ShortForm]:
    """Yield a short form and what it stands for, of one."""
    if not long:
        return
    long = " ".join(long.split()).lower()
    if short.endswith("s") and len(short) > 2:
        short = short[:-1]
        long = next((re.sub(*each, long) for each in PLURALS if re.search(each[0], long)), long)
    yield short, long
