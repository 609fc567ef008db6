"""From a document's passages and statements to its citations, and the marks that point to them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from kb.models import Citation, Document, Mark, Passage, Statement
from pipelines.cite.lists import Listed, listed_in, notes_in
from pipelines.cite.named import Cited, Register, abbreviations_in, cited_in, family
from pipelines.cite.notes import targets_of
from pipelines.cite.numbering import Numbers, numbers_in
from pipelines.cite.numbers import Spot


@dataclass(frozen=True, slots=True)
class Cites:
    """The entries that a document lists, in order, and the marks in its statements."""

    citations: tuple[Citation, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Pointer:
    """A mark at a place of a passage, and the entry it points to; `loose` if it is no word."""

    passage: Passage
    start: int
    end: int
    mark: str
    listed: Listed
    loose: bool = False


def cite(document: Document, passages: Sequence[Passage], statements: Sequence[Statement]) -> Cites:
    """Give what a document lists and which statement cites what."""
    listed, notes = listed_in(passages), notes_in(passages)
    every = (*listed, *(each for note in notes for each in note.listed))
    if not every:
        return Cites()
    register = Register(every, abbreviations_in(document.text))
    named = [c for p in passages if p.kind not in ("heading", "reference")
             for c in cited_in(p, register)]  # fmt: skip
    numbers = numbers_in(passages, listed, notes, named)
    targets = targets_of(notes, listed, named)
    own = without_copies(every, targets)
    ids = dict(zip(own, ids_of(document.id, own), strict=True))
    pointers = sorted(
        [*named_pointers(named), *numbered_pointers(numbers, targets)],
        key=lambda p: (p.passage.ordinal, p.start),
    )
    return Cites(
        tuple(citation(document.id, each, ids[each], numbers) for each in own),
        tuple(marks_in(pointers, statements, ids)),
    )


def without_copies(
    every: Sequence[Listed], targets: dict[str, tuple[Listed, ...]]
) -> tuple[Listed, ...]:
    """The entries without those of footnotes that only repeat one of a list."""
    kept = {target for each in targets.values() for target in each}
    return tuple(each for each in every if not each.is_note or each in kept)


def ids_of(document_id: str, listed: Sequence[Listed]) -> Iterator[str]:
    """Twelve hexadecimal digits for each entry, made of its words and not of its place."""
    seen: Counter[str] = Counter()
    for each in listed:
        text = each.entry.text
        key = f"{document_id}\x1fcites\x1f{text}\x1f{seen[text]}"
        seen[text] += 1
        yield sha256(key.encode()).hexdigest()[:12]


def citation(document_id: str, listed: Listed, id: str, numbers: Numbers) -> Citation:
    """The record of one entry."""
    entry = listed.entry
    return Citation(
        id=id,
        document_id=document_id,
        passage_id=listed.passage.id,
        label=label_of(listed, numbers),
        text=entry.text,
        authors=entry.authors,
        title=entry.title,
        year=entry.year,
        suffix=entry.suffix,
        container=entry.container,
        doi=entry.doi,
        url=entry.url,
    )


def label_of(listed: Listed, numbers: Numbers) -> str:
    """The number under which an entry stands, or else its first name and year."""
    if number := numbers.number_of(listed):
        return str(number)
    entry = listed.entry
    name = family(entry.authors[0]) if entry.authors else " ".join((entry.title or "").split()[:4])
    year = f"{entry.year or 'n.d.'}{entry.suffix}"
    return f"{name} {year}".strip()


def named_pointers(named: Sequence[Cited]) -> Iterator[Pointer]:
    """Marks of names and years, outside of the footnotes that list the work themselves."""
    for each in named:
        if each.listed.passage.id != each.passage.id:
            yield Pointer(each.passage, each.start, each.end, each.mark, each.listed)


def numbered_pointers(
    numbers: Numbers, targets: dict[str, tuple[Listed, ...]]
) -> Iterator[Pointer]:
    """Marks that are numbers, each of an entry or of a footnote that names works."""
    for spot in numbers.spots:
        for number in spot.numbers:
            for listed in numbers.listed_at(spot, number, targets):
                yield pointer(spot, listed)


def pointer(spot: Spot, listed: Listed) -> Pointer:
    """A number's pointer; it may belong to the statement before the place where it stands."""
    return Pointer(spot.passage, spot.start, spot.end, spot.mark, listed, loose=True)


def marks_in(
    pointers: Sequence[Pointer], statements: Sequence[Statement], ids: dict[Listed, str]
) -> Iterator[Mark]:
    """A mark for each statement and entry, as it is first printed there."""
    by_passage: dict[str, list[Statement]] = {}
    for statement in statements:
        by_passage.setdefault(statement.passage_id, []).append(statement)
    seen: set[tuple[str, str]] = set()
    for each in pointers:
        found = statement_at(each, by_passage.get(each.passage.id, []))
        key = (found.id if found else "", ids.get(each.listed, ""))
        if all(key) and key not in seen:
            seen.add(key)
            yield Mark(statement_id=key[0], citation_id=key[1], mark=each.mark)


def statement_at(pointer: Pointer, statements: Sequence[Statement]) -> Statement | None:
    """The statement in which a mark stands; a number behind a full stop is of the one before."""
    place = pointer.passage.char_start + pointer.start
    before: Statement | None = None
    for statement in statements:
        if place < statement.char_start:
            return before or statement
        if place < statement.char_end:
            opens = place <= statement.char_start and before is not None and pointer.loose
            after = pointer.passage.text[pointer.end : pointer.end + 40].lstrip(" .,;)")
            return before if opens and not re.match(r"[a-z]", after) else statement
        before = statement
    return before
