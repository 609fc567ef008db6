"""What a site's robots.txt lets us ask for, read as RFC 9309 has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

LARGEST = 500_000
"""Characters; no more of a file counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules for one visitor, as pairs of a path's pattern and whether it may be asked for.

    `delay` is in seconds.
    """

    rules: tuple[tuple[str, bool], ...] = ()
    delay: float = 0.0

    def allow(self, path: str) -> bool:
        """Say whether a path may be asked for: the longest pattern that fits decides."""
        fitting = [(len(rule), allowed) for rule, allowed in self.rules if fits(rule, path)]
        return max(fitting)[1] if fitting else True


def read_rules(text: str, agent: str) -> Rules:
    """Give the rules for a visitor of this name, else those for all."""
    groups = list(iter_groups(text[:LARGEST]))
    own = [lines for names, lines in groups if agent.lower() in names]
    chosen = own or [lines for names, lines in groups if "*" in names]
    lines = [line for group in chosen for line in group]
    return Rules(
        rules=tuple((normal(v), k == "allow") for k, v in lines if k != "crawl-delay" and v),
        delay=max((seconds(v) for k, v in lines if k == "crawl-delay"), default=0.0),
    )


def iter_groups(text: str) -> Iterator[tuple[set[str], list[tuple[str, str]]]]:
    """Yield the names of each group with its lines."""
    names: set[str] = set()
    lines: list[tuple[str, str]] = []
    for key, value in iter_lines(text):
        if key == "user-agent":
            if lines:
                yield names, lines
                names, lines = set(), []
            names.add(value.split("/")[0].strip().lower())
        elif names and key in ("allow", "disallow", "crawl-delay"):
            lines.append((key, value))
    yield names, lines


def iter_lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield key and value of each line that has them."""
    for line in text.removeprefix("\ufeff").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield key.strip().lower(), value.strip()


def fits(rule: str, path: str) -> bool:
    """Say whether a pattern fits a path: * is anything, and $ at its end the end."""
    first, *others = rule.removesuffix("$").split("*")
    path = normal(path)
    if not path.startswith(first):
        return False
    place = len(first)
    if rule.endswith("$"):
        last = others.pop() if others else None
        if last is None:
            return path == first
        if not path.endswith(last):
            return False
        path = path[: len(path) - len(last)]
    for part in others:
        place = path.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return place <= len(path)


def normal(path: str) -> str:
    """Give a path in the one way in which it is compared."""
    return quote(unquote(path), safe="/*$?&=:@!,;+()'~#%")


def seconds(value: str) -> float:
    """Give a delay; 0 where it is no number."""
    return float(value) if re.fullmatch(r"\d{1,5}(\.\d{1,3})?", value) else 0.0
