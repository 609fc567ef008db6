"""The words of words.yml, checked, and the patterns made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kb.checked_yaml import CheckedYaml
from kb.errors import InvalidWords

NAMES = (
    "others", "joining", "particles", "roles", "undated", "pending", "available", "accessed",
    "media", "months", "shortened", "laws", "same", "earlier", "leading", "numbered",
    "organisations", "apart", "called",
    "powered", "intervals",
)  # fmt: skip


@cache
def words() -> Mapping[str, tuple[str, ...]]:
    """The lists by name."""
    return load_words(Path(__file__).with_name("words.yml"))


def load_words(path: Path) -> Mapping[str, tuple[str, ...]]:
    """Read the lists of a file; raises InvalidWords, naming the line."""
    checked = CheckedYaml(path, InvalidWords)
    data = checked.mapping(checked.data, (), NAMES)
    for name in NAMES:
        if name not in data:
            raise checked.complaint((), f"{name} is missing; add the list")
    return {name: checked.texts(data[name], (name,)) for name in NAMES}


@cache
def any_of(name: str) -> str:
    """A pattern for any word of a list, longest first, with or without the stops in it."""
    ordered = sorted(words()[name], key=lambda word: (-len(word), word))
    return "(?:" + "|".join(r"\.?\s?".join(map(re.escape, each.split())) if short(each)
                            else r"\s+".join(map(re.escape, each.split()))
                            for each in ordered) + r")"  # fmt: skip


def short(word: str) -> bool:
    """Whether a word is made of shortened ones, as "e g" or "op cit" are."""
    return all(len(part) <= 3 for part in word.split())
