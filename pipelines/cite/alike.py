"""When two entries are of one work: by names, years and titles, but for slips of the pen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache

from kb.models import Citation
from pipelines.cite.named import family, is_person
from pipelines.cite.words import any_of

EMPTY = {"the", "a", "an", "of", "and", "in", "for", "on", "to", "der", "die", "das", "und", "la"}
TELLING = 5
"""Words from which a title alone, with the year, tells one work from others."""

ENOUGH = 3
"""Words that a title must have to be found again with a subtitle, or without one."""


def exact_key(each: Citation) -> str:
    """The entry by name, year, letter and title; by its words if it has too few of them."""
    title = words_of(each.title)
    if not title or not (each.year or len(title) >= TELLING):
        return "text " + " ".join(words_of(each.text))
    return f"{first_family(each)} {each.year} {' '.join(title)}"


def by_title(each: Citation) -> str | None:
    """Year and the letters of the title, for any name, where the title tells enough."""
    title = words_of(each.title)
    return f"{each.year} {''.join(title)}" if each.year and len(title) >= TELLING else None


def by_year_and_name(each: Citation) -> str | None:
    """First name and year."""
    return f"{first_family(each)} {each.year}" if each.year and each.authors else None


def by_year(each: Citation) -> str | None:
    """The year and the first words of a title that tells enough."""
    title = words_of(each.title)
    return f"{each.year} {' '.join(title[:2])}" if each.year and len(title) >= TELLING else None


def alike(first: Citation, second: Citation) -> bool:
    """Whether two entries are by the same, and their titles but for slips of the pen."""
    return same_authors(first, second) and same_title(words_of(first.title), words_of(second.title))


def titled_alike(first: Citation, second: Citation) -> bool:
    """Whether the titles are the same, and the first name is that of a body in one of them."""
    return (
        alike(first, second) and words_of(first.title)[:TELLING] == words_of(second.title)[:TELLING]
    )


def same_authors(first: Citation, second: Citation) -> bool:
    """Whether the first names are the same, one entry names none, or one a body."""
    names = (first_family(first), first_family(second))
    begun = all(len(name) > 2 for name in names) and (
        names[0].startswith(names[1]) or names[1].startswith(names[0])
    )
    if names[0] == names[1] or begun or close(*names):
        return True
    if not (first.authors and second.authors):
        return True
    return is_person(first.authors[0]) != is_person(second.authors[0])


def same_title(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether two titles have the same words, at most two of them spelt another way."""
    if not first or not second:
        return False
    if "".join(first) == "".join(second):
        return True
    if len(first) != len(second):
        return False
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    return len(pairs) <= max(1, len(first) // 4) and all(close(a, b) for a, b in pairs)


def titles_differ(first: str | None, second: str | None) -> bool:
    """Whether two titles plainly are of two works: a third of the shorter is not in the other."""
    short, long = sorted((words_of(first), words_of(second)), key=len)
    shared = sum(word in long for word in short)
    return shared * 3 <= 2 * len(short) and bool(short) and not same_title(short, long)


def close(first: str, second: str) -> bool:
    """Whether two words are one but for a slip: long, without digits, one letter apart."""
    if min(len(first), len(second)) < 5 or any(c.isdigit() for c in first + second):
        return False
    same = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    return sum(block.size for block in same) >= max(len(first), len(second)) - 1


def extends(first: Citation, second: Citation) -> bool:
    """Whether one title is the other with a subtitle."""
    short, long = sorted(
        (title_parts(first.title), title_parts(second.title)), key=lambda p: len(p[1])
    )
    if not same_authors(first, second) or short[1] == long[1] or len(short[1]) < ENOUGH:
        return False
    rest = " ".join(long[1][len(short[1]) :])
    if re.search(rf"\b{any_of('apart')}\b|\d", rest):
        return False
    begins = len(short[1]) >= TELLING and long[1][: len(short[1])] == short[1]
    return short[1] == long[0] or (begins and first_family(first) == first_family(second))


def title_parts(title: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a title before its subtitle, and all of them."""
    main = re.split(r"\s*[:–—]\s+|\s+-\s+|[?!.]\s+", title or "", maxsplit=1)[0]
    return words_of(main), words_of(title)


@cache
def words_of(text: str | None) -> tuple[str, ...]:
    """The words that tell, in small letters, without accents and with one kind of &."""
    joined = re.sub(r"(?<=[^\W\d_])[-‐‑](?=[^\W\d_])", "", text or "")
    folded = unicodedata.normalize("NFKD", joined.replace("&", " and ").replace("ß", "ss"))
    bare = "".join(c for c in folded if not unicodedata.combining(c)).lower()
    words = re.findall(r"[^\W_]+", re.sub(r"['’‘]", "", bare))
    return tuple(word for word in words if word not in EMPTY)


def first_family(each: Citation) -> str:
    """The first name without accents, case and stops."""
    return family_letters(each.authors[0]) if each.authors else ""


@cache
def family_letters(name: str) -> str:
    """The letters of a family name, or of a body's name."""
    return "".join(words_of(family(name)))
