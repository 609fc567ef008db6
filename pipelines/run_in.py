"""Whether a few words that open a paragraph only name what it is about: "Hospital use." """

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import yaml

WORDS = Path(__file__).with_name("run_in.yml")
MOST_WORDS = 5

LABEL = re.compile(r"[^\W\d_a-zß-ÿ][^.!?:;“”\"«»]*\.")
"""Words from a capital letter to the one full stop."""
WORD = re.compile(r"[^\W_]+(?:[-‐‑’'][^\W_]+)*")
CONTRACTED = re.compile(r"(?:n['’]t|['’](?:re|ve|ll|d|m))$")
PLURAL = re.compile(r"[^s]s$")
PAST = re.compile(r"[^\W\d_-]{2,}[^\W\d_e-]ed")
"""A verb's form in -ed, not "need" or "speed", nor "nurse-led"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of run_in.yml, each list under its own name."""

    answers: frozenset[str]
    subjects: frozenset[str]
    questions: frozenset[str]
    verbs: frozenset[str]
    before_names: frozenset[str]
    after_plurals: frozenset[str]


@cache
def load_words(path: Path = WORDS) -> Words:
    """The words of `path` by which labels and sentences are told apart."""
    lists = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Words(**{name: frozenset(entries) for name, entries in lists.items()})


def is_run_in(text: str) -> bool:
    """Whether the words to a first full stop are a label of what follows, and no sentence."""
    if not LABEL.fullmatch(text):
        return False
    words, listed = [word.lower() for word in WORD.findall(text)], load_words()
    if not 0 < len(words) <= MOST_WORDS or text.rstrip(".") in listed.answers:
        return False
    if words[0] in listed.questions:
        return verbs_in(words, listed) < 2
    return not (opens_or_ends_sentence(words, listed) or verbs_in(words, listed))


def opens_or_ends_sentence(words: list[str], listed: Words) -> bool:
    """Whether the first word is one that does something, or the last tells how it is done."""
    if words[0] in listed.subjects or any(map(CONTRACTED.search, words)):
        return True
    return len(words) > 1 and words[-1].endswith("ly")


def verbs_in(words: list[str], listed: Words) -> int:
    """How many of the words can only be verbs where they stand."""
    return sum(
        (
            (word in listed.verbs or PAST.fullmatch(word) is not None)
            and before not in listed.before_names
        )
        or (word in listed.after_plurals and PLURAL.search(before) is not None)
        for before, word in pairwise(words)
    )
