"""Marks that are names and years: "(Ham and Curry, 2010; Curry et al. 2012a)", "Ham (2010)"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from kb.models import Passage
from pipelines.cite.entries import Entry
from pipelines.cite.lists import Listed
from pipelines.cite.names import UPPER, YEAR, is_organisation
from pipelines.cite.words import any_of, words

SMALL = {"of", "for", "and", "the", "in", "on", "to", "&", "de", "des", "du", "und", "für"}
QUOTES = str.maketrans("’‘`ʼ´‐‑", "'''''--")


@dataclass(frozen=True, slots=True)
class Cited:
    """A mark in a passage's text, and the entry that it names."""

    passage: Passage
    start: int
    end: int
    mark: str
    listed: Listed


@cache
def years() -> re.Pattern[str]:
    """One year of a mark, or what stands in its place."""
    undated = rf"(?i:{any_of('undated')}|{any_of('pending')})\.?"
    return re.compile(
        rf"(?<![\d/.–-])(?:(?P<year>{YEAR})(?:\s?(?P<suffix>[a-z])\b)?|(?<!\w)(?P<undated>{undated})(?!\w))(?![\d%]|[-–/]\d)"
    )


class Register:
    """The entries of a document by year, with the forms in which each one's names are cited."""

    def __init__(self, listed: Sequence[Listed], abbreviations: dict[str, str]) -> None:
        self.years: dict[int | None, list[tuple[Listed, tuple[re.Pattern[str], ...]]]] = {}
        for each in listed:
            forms = tuple(forms_of(each.entry, abbreviations))
            self.years.setdefault(each.entry.year, []).append((each, forms))

    def find(self, phrase: str, year: int | None, suffix: str) -> tuple[Listed, int] | None:
        """The entry that the end of a phrase names, and where the name begins; None if not one.

        Of entries that a name fits equally well none is taken, unless they are the same words.
        """
        best: list[tuple[int, Listed, int]] = []
        for each, forms in self.years.get(year, ()):
            if suffix and each.entry.suffix != suffix and each.entry.suffix:
                continue
            for rank, form in enumerate(forms):
                if (found := form.search(phrase)) and is_whole(each.entry, phrase, found):
                    best.append((rank, each, found.start("name")))
                    break
        if not best:
            return None
        top = min(rank for rank, _, _ in best)
        first = [(each, start) for rank, each, start in best if rank == top]
        exact = [(each, start) for each, start in first if each.entry.suffix == suffix] or first
        alike = {each.entry.text for each, _ in exact}
        return exact[0] if len(alike) == 1 else None


def is_whole(entry: Entry, phrase: str, found: re.Match[str]) -> bool:
    """Whether no name goes before: "South Harbour Council" is no "Harbour Council".

    Nor is "Ham and Curry" the work of Curry alone.
    """
    opening = phrase[: found.start("name")]
    if not entry.authors:
        return True
    if is_person(plain(entry.authors[0])):
        return not re.search(rf"[{UPPER}][\w'-]+,?\s+(?:and|&|und|et)\s+$", opening)
    before = re.search(rf"([{UPPER}]\w+)\s+$", opening)
    return not before or before[1].lower() in words()["leading"]


def forms_of(entry: Entry, abbreviations: dict[str, str]) -> Iterator[re.Pattern[str]]:
    """Patterns for how an entry is named before its year, the surest first."""
    if not entry.authors:
        if entry.title and len(entry.title) > 5:
            yield ending(re.escape(plain(entry.title)))
        return
    families = [re.escape(family(name)) for name in entry.authors]
    others = rf"(?:,?\s+(?i:{any_of('others')})\.?)"
    joined = r"(?:,?\s+(?:and|&|und|et)\s+)"
    first = families[0]
    if len(families) == 1 and not entry.more:
        yield ending(first)
    elif len(families) == 2 and not entry.more:
        yield ending(first + joined + families[1])
    else:
        yield ending(first + others)
        yield ending(rf"{first}(?:,\s+[\w'-]+)*{joined}[\w'-]+(?:\s+[\w'-]+)?")
    for form in institution_forms(entry, abbreviations):
        yield ending(form)
    if len(families) > 1 or entry.more:
        yield ending(first + others)
        yield ending(first)


def ending(form: str) -> re.Pattern[str]:
    """A pattern for a name at the end of a phrase, with what may stand between it and its year."""
    work = rf"(?:\s+(?:[a-z]+\s+)?(?i:{any_of('called')}))?"
    return re.compile(rf"(?<![\w-])(?P<name>(?:[Tt]he\s+)?{form})(?:'s?)?{work}[\s,;:.(\[]*$")


def family(name: str) -> str:
    """The family name of a person, the whole of any other, as texts cite it."""
    name = plain(name)
    return re.sub(r"^[Tt]he\s+", "", name.split(", ")[0] if is_person(name) else name)


def is_person(name: str) -> bool:
    """Whether a name is a family name and what it is given with: "House, J." is, no ministry."""
    found = re.fullmatch(rf"[^,]+,\s+(?P<given>[{UPPER}][^,]*)", name)
    brief = found and re.fullmatch(rf"(?:[{UPPER}]{{1,4}}\b[.\s-]*)+", found["given"])
    return bool(brief or (found and not is_organisation(name)))


def plain(text: str) -> str:
    """The text with one kind of apostrophe and hyphen."""
    return " ".join(text.translate(QUOTES).split())


def institution_forms(entry: Entry, abbreviations: dict[str, str]) -> Iterator[str]:
    """The short names of a body: in brackets behind it, as the document defines it, initials."""
    name = plain(entry.authors[0])
    if is_person(name):
        return
    if found := re.fullmatch(r"(.+?)\s*[(\[]([^)\]]+)[)\]]", name):
        yield from map(re.escape, found.groups())
        name = found[1]
    yield from (re.escape(short) for short, long in abbreviations.items() if same(long, name))
    yield from (re.escape(plain(long)) for short, long in abbreviations.items() if short == name)
    if len(name.split()) > 1:
        yield re.escape(initials(name)) + (r"(?=\W)" if len(initials(name)) > 1 else r"\b\B")
    if 1 < len(name.split()) <= 3 and name.split()[-1][0].isupper() and not is_organisation(name):
        yield re.escape(name.split()[-1])


def same(long: str, name: str) -> bool:
    """Whether two spellings of a body are one."""
    bare = [re.sub(r"^the |[^a-z& ]", "", plain(text).lower()) for text in (long, name)]
    return bare[0] == bare[1]


def initials(name: str) -> str:
    """The first letters of the words of a name, capitals whole: "NHS England" is NHSE."""
    words = [word for word in re.findall(r"[\w&]+", name) if word.lower() not in SMALL]
    return "".join(word if word.isupper() and len(word) < 6 else word[0].upper() for word in words)


def abbreviations_in(text: str) -> dict[str, str]:
    """The abbreviations that a text defines: "Department of Health (DH)" gives DH."""
    found: dict[str, str] = {}
    for match in re.finditer(
        rf"((?:[{UPPER}][\w'’&-]*\s+(?:(?:of|for|and|the|in|&)\s+)*){{2,9}})[(\[]([A-Z][A-Za-z&]{{1,9}})[)\]]",
        text,
    ):
        words = match[1].split()
        for first in range(len(words)):
            long = " ".join(words[first:])
            if (
                words[first].lower() not in SMALL
                and initials(long)[:1] == match[2][:1]
                and (
                    initials(long).lower() == match[2].lower()
                    or "".join(w[0] for w in words[first:]).lower() == match[2].lower()
                )
            ):
                found.setdefault(match[2], long)
                break
    return found


def cited_in(passage: Passage, register: Register) -> Iterator[Cited]:
    """The marks of names and years in a passage.

    Years that follow each other ("2019a, b", "2010, 2012") share the names before the first.
    """
    text = passage.text.translate(QUOTES)
    found = list(years().finditer(text))
    for _, run in groupby(enumerate(found), lambda pair: run_start(text, found, pair[0])):
        together = [match for _, match in run]
        phrase_start = max(0, together[0].start() - 160)
        phrase = text[phrase_start : together[0].start()]
        yield from cited_together(passage, register, together, phrase, phrase_start)


def run_start(text: str, found: Sequence[re.Match[str]], n: int) -> int:
    """The number of the first of the years that stand together."""
    while n and re.fullmatch(
        r"\s*(?:,|;|and|&|,\s*and)\s*", text[found[n - 1].end() : found[n].start()]
    ):
        n -= 1
    return n


def cited_together(
    passage: Passage, register: Register, run: Sequence[re.Match[str]], phrase: str, start: int
) -> Iterator[Cited]:
    """The entries that one phrase and the years behind it name."""
    wanted: list[tuple[int | None, str, int]] = []
    for match in run:
        year = int(match["year"]) if match["year"] else None
        wanted.append((year, match["suffix"] or "", match.end()))
        for more in letters_after(passage.text, match):
            wanted.append((year, more[1], more.end()))
    for year, suffix, end in wanted:
        if found := register.find(phrase, year, suffix):
            listed, begin = found
            begin += start
            mark = passage.text[begin:end]
            closed = mark + ")" if mark.count("(") > mark.count(")") else mark
            yield Cited(passage, begin, end, " ".join(closed.split()), listed)


def letters_after(text: str, match: re.Match[str]) -> list[re.Match[str]]:
    """The letters that repeat a year: ", b" and " and c" behind "2019a"."""
    found: list[re.Match[str]] = []
    end = match.end()
    if not match["suffix"]:
        return found
    letter = re.compile(r"\s*(?:,|and|&|;)\s*([a-z])(?=\s*[,);\]]|\s+and\b)")
    while more := letter.match(text, end):
        found.append(more)
        end = more.end()
    return found
