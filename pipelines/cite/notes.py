"""What footnotes point to: the works they name themselves, "ibid.", "op. cit.", "see note 3"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.cite.entries import parse_entry
from pipelines.cite.lists import Listed, Note
from pipelines.cite.named import Cited, family, plain
from pipelines.cite.words import any_of

ABOVE = re.compile(r"\b(?:n|nn|note|notes|fn|footnote)\.?\s*(\d{1,3})\b", re.IGNORECASE)


def targets_of(
    notes: Sequence[Note], listed: Sequence[Listed], named: Sequence[Cited]
) -> dict[str, tuple[Listed, ...]]:
    """The entries that each footnote leads to, by the id of its passage."""
    found: dict[str, tuple[Listed, ...]] = {}
    before: tuple[Listed, ...] = ()
    by_number: dict[int, tuple[Listed, ...]] = {}
    seen: list[Listed] = list(listed)
    last = 0
    for note in notes:
        before = before if note.number == last + 1 else ()
        last = note.number
        own = tuple(earlier(each, seen) or each for each in note.listed)
        before = own or pointed(note, seen, named, before, by_number)
        found[note.passage.id] = before
        by_number[note.number] = before
        seen += [each for each in before if each not in seen]
    return found


def earlier(listed: Listed, seen: Sequence[Listed]) -> Listed | None:
    """The entry listed before that is of the same work, by its first name, year and title."""
    entry = listed.entry
    for each in seen:
        other = each.entry
        if (entry.doi and entry.doi == other.doi) or (
            entry.year == other.year
            and first_name(each) == first_name(listed)
            and bare(other.title) == bare(entry.title)
        ):
            return each
    return None


def pointed(
    note: Note,
    seen: Sequence[Listed],
    named: Sequence[Cited],
    before: tuple[Listed, ...],
    by_number: dict[int, tuple[Listed, ...]],
) -> tuple[Listed, ...]:
    """The entries that a footnote without one of its own points back to."""
    text = note.text
    if re.match(
        rf"(?i:see\s+)?(?!ID\b)(?i:{any_of('same')})(?!\w)(?:\.|\s*(?:$|[,;:([\d]|pp?\b|at\b))",
        text,
    ):
        return before
    marks = tuple(dict.fromkeys(c.listed for c in named if c.passage.id == note.passage.id))
    if marks:
        return marks
    if re.search(rf"\b{any_of('earlier')}\b|\(n\s?\d", text, re.IGNORECASE):
        number = ABOVE.search(text)
        if number and int(number[1]) in by_number:
            return by_number[int(number[1])]
        return last_by_name(text, seen)
    return short_form(text, seen)


def last_by_name(text: str, seen: Sequence[Listed]) -> tuple[Listed, ...]:
    """The entry last seen whose first name opens a text: "Ham, op. cit., p. 4"."""
    opening = re.sub(rf"^(?:(?i:{any_of('leading')})\b[,:\s]*)+(?=[A-ZÀ-Þ])", "", plain(text))
    for each in reversed(seen):
        name = family(each.entry.authors[0]) if each.entry.authors else ""
        if name and re.match(rf"(?:[A-Z]\.\s*)*{re.escape(name)}(?!\w)", opening):
            return (each,)
    return ()


def short_form(text: str, seen: Sequence[Listed]) -> tuple[Listed, ...]:
    """The one entry of the name and year that a shortened one gives: "Ham C. BMJ 2010;3:1"."""
    entry = parse_entry(text, labelled=False)
    if not entry.authors or not entry.year or len(text.split()) > 25:
        return ()
    name = family(entry.authors[0]).lower()
    fits = [s for s in seen if s.entry.year == entry.year and first_name(s) == name]
    return tuple(fits) if len(fits) == 1 else ()


def first_name(listed: Listed) -> str:
    """The first family name, in small letters."""
    authors = listed.entry.authors
    return family(authors[0]).lower() if authors else ""


def bare(title: str | None) -> str:
    """The letters and digits of a title."""
    return re.sub(r"[\W_]+", "", (title or "").lower())
