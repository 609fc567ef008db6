"""SQL's like and glob, in time that does not grow with the square of the text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

Part = str | re.Pattern[str]
"""What stands between two signs for any text: plain text, or an expression of one length."""

ANY = ""
"""Stands for any character among the characters of a part."""

LONGEST = 1000
"""The most characters of a pattern, as in SQLite's own limit."""

PATIENCE = 20_000_000
"""The most steps that comparing one text with one pattern may take: a quarter of a second."""


def as_text(value: Any) -> str:
    """Give a value as the text that SQLite makes of it."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def short(text: str) -> str:
    """Give a pattern, or characters to be taken away; raises ValueError if it is too long."""
    if len(text) > LONGEST:
        raise ValueError(f"a pattern may have {LONGEST} characters")
    return text


def like(pattern: Any, text: Any, escape: Any = None) -> bool | None:
    """Say whether a text is like a pattern, in which % is any text and _ any character."""
    if pattern is None or text is None:
        return None
    return matches(like_parts(short(as_text(pattern)).lower(), sign(escape)), as_text(text).lower())


def sign(escape: Any) -> str | None:
    """Give the character that takes the meaning from others; raises ValueError if it is none."""
    if escape is not None and len(as_text(escape)) != 1:
        raise ValueError("what escapes is one character")
    return None if escape is None else as_text(escape)


def glob(pattern: Any, text: Any) -> bool | None:
    """Say whether a text fits a pattern, in which * is any text and ? any character."""
    if pattern is None or text is None:
        return None
    return matches(glob_parts(short(as_text(pattern))), as_text(text))


@lru_cache(maxsize=200)
def like_parts(pattern: str, escape: str | None) -> tuple[Part, ...]:
    """Give what stands between the % of a pattern; what holds a _ as an expression."""
    escaped = f"{re.escape(escape)}(.)" if escape else "(?!)()"
    parts: list[list[str]] = [[]]
    for token in re.finditer(f"{escaped}|(%)|(_)|(.)", pattern, re.S):
        literal, any_text, any_character, other = token.groups()
        if any_text:
            parts.append([])
        else:
            parts[-1].append(ANY if any_character else literal or other)
    return tuple(expression(part) if ANY in part else "".join(part) for part in parts)


@lru_cache(maxsize=200)
def glob_parts(pattern: str) -> tuple[Part, ...]:
    """Give what stands between the * of a pattern; what holds a ? or [ as an expression."""
    parts: list[list[str]] = [[]]
    for set_, any_text, other in re.findall(r"(\[\^?\]?[^\]]*\])|(\*)|(.)", pattern, re.S):
        if any_text:
            parts.append([])
        else:
            parts[-1].append(ANY if other == "?" else set_ or other)
    return tuple(
        "".join(part) if all(len(each) == 1 for each in part) else expression(part)
        for part in parts
    )


def expression(pieces: list[str]) -> re.Pattern[str]:
    """Give the expression of characters, sets of them, and any; a set that is none fits nothing."""
    try:
        return re.compile("".join(map(piece_expression, pieces)), re.S)
    except re.error:
        return re.compile("(?!)")


def piece_expression(piece: str) -> str:
    """Give the expression of one character, of any, or of a set in brackets."""
    if len(piece) < 2:
        return re.escape(piece) if piece != ANY else "."
    return "[" + re.sub(r"([\\\[&|~])", r"\\\1", piece[1:-1]) + "]"


def matches(parts: tuple[Part, ...], text: str) -> bool:
    """Say whether the parts stand in a text one after the other, first and last at its ends."""
    if any(isinstance(part, re.Pattern) for part in parts):
        length = sum(len(part if isinstance(part, str) else part.pattern) for part in parts)
        if length * len(text) > PATIENCE:
            raise ValueError("pattern too complex")
    first, *others = parts
    if not others:
        return is_whole(first, text)
    place = end_of(first, text, 0, at=True)
    for part in others[:-1]:
        place = end_of(part, text, place) if place >= 0 else -1
    return place >= 0 and ends_with(others[-1], text, place)


def is_whole(part: Part, text: str) -> bool:
    """Say whether a part is all of a text."""
    return text == part if isinstance(part, str) else bool(part.fullmatch(text))


def end_of(part: Part, text: str, start: int, *, at: bool = False) -> int:
    """Give where a part ends that stands at or behind a place, -1 if it does not."""
    if isinstance(part, re.Pattern):
        found = part.match(text, start) if at else part.search(text, start)
        return found.end() if found else -1
    place = start if at and text.startswith(part, start) else -1 if at else text.find(part, start)
    return place + len(part) if place >= 0 else -1


def ends_with(part: Part, text: str, start: int) -> bool:
    """Say whether a text ends with a part, behind a place."""
    if isinstance(part, str):
        return len(text) - len(part) >= start and text.endswith(part)
    nearest = max(start, len(text) - len(part.pattern))
    return any(part.fullmatch(text, place) for place in range(nearest, len(text) + 1))
