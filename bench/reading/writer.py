"""Writes the sentences of the masters, by chance but always the same."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SLOT = re.compile(r"\{([A-Za-z]\w*)\}")


@cache
def words() -> dict[str, Any]:
    """The data of words.yml."""
    text = (Path(__file__).parent / "words.yml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text.replace("'", "’"))
    return loaded


class Writer:
    """Writes sentences by chance, seeded, and never the same one twice."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.used: set[str] = set()

    def fill(self, pattern: str) -> str:
        """The pattern with its slots filled, and theirs."""
        while SLOT.search(pattern):
            pattern = SLOT.sub(lambda found: self.slot(found[1]), pattern)
        return pattern

    def slot(self, name: str) -> str:
        """Words for one slot; "n" is a smaller number than "m"."""
        if name in ("n", "m"):
            return str(self.chance.randint(*((3, 19) if name == "n" else (21, 64))))
        if name in words():
            return str(self.chance.choice(words()[name]))
        chosen = str(self.chance.choice(words()[name.lower()]))
        return chosen[0].upper() + chosen[1:]

    def one_of(self, name: str) -> str:
        """A text made from one of the patterns under `name` that was not written before."""
        return self.new(lambda: self.fill(self.chance.choice(words()[name])))

    def new(self, make: Callable[[], str]) -> str:
        """The first text made that was not written before."""
        text = next(text for _ in range(1000) if (text := make()) not in self.used)
        self.used.add(text)
        return text

    def sentences(self, least: int, most: int) -> tuple[str, ...]:
        """A paragraph's worth of sentences."""
        return tuple(self.one_of("patterns") for _ in range(self.chance.randint(least, most)))


def successor(heading: str) -> str:
    """The heading's words with the number of the next part ("Home visits, part 2")."""
    words, _, part = heading.partition(", part ")
    return f"{words}, part {int(part or 1) + 1}"
