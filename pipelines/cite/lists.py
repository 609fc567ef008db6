"""Which passages of a document are entries, under which number, and which only point to one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from kb.models import Passage
from pipelines.cite.entries import Entry, parse_entry
from pipelines.cite.names import UPPER, YEAR
from pipelines.cite.words import any_of

NOTE_NUMBER = re.compile(r"\s*(?:\[(\d{1,3})\]|(\d{1,3})[.)]?(?=\s*\S))")


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """One entry of a document. `place` counts the entries of a list from 1; `group`, the lists."""

    passage: Passage
    entry: Entry
    group: int = 0
    place: int = 0

    @property
    def is_note(self) -> bool:
        """Whether it stands in a footnote."""
        return self.passage.kind == "footnote"


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: its number (0 if none is printed), and the entries that it lists itself."""

    passage: Passage
    number: int
    listed: tuple[Listed, ...]


def listed_in(passages: Sequence[Passage]) -> tuple[Listed, ...]:
    """The entries of all lists of references, in order; a list ends where other text comes."""
    found: list[Listed] = []
    lists = (
        list(run) for is_list, run in groupby(passages, lambda p: p.kind == "reference") if is_list
    )
    for group, run in enumerate(lists):
        entries = [(p, entry) for p in run if (entry := work_in(p.text))]
        for place, (passage, entry) in enumerate(entries, 1):
            found.append(Listed(passage, entry, group, place))
    return tuple(found)


def work_in(text: str) -> Entry | None:
    """The entry of a passage of a list, if it names a work at all."""
    entry = parse_entry(text)
    names_work = entry.title or entry.doi or entry.url or (entry.authors and entry.year)
    return entry if names_work else None


def notes_in(passages: Sequence[Passage]) -> tuple[Note, ...]:
    """All footnotes, with the works that they name in full."""
    notes = []
    for passage in passages:
        if passage.kind != "footnote":
            continue
        found = NOTE_NUMBER.match(passage.text)
        number = int(found[1] or found[2]) if found else 0
        text = passage.text[found.end() :] if found else passage.text
        found_in = filter(None, map(cited, parts_of(text)))
        notes.append(Note(passage, number, tuple(Listed(passage, entry) for entry in found_in)))
    return tuple(numbered(notes))


def numbered(notes: Sequence[Note]) -> list[Note]:
    """Footnotes without any printed number count from 1, in order."""
    if any(note.number for note in notes):
        return list(notes)
    return [Note(note.passage, n, note.listed) for n, note in enumerate(notes, 1)]


def parts_of(text: str) -> list[str]:
    """The works of a footnote that names several, each with a year, parted by semicolons."""
    cuts = [0]
    for found in re.finditer(rf";\s+(?=(?:(?i:{any_of('leading')})\b[,\s]*)*[{UPPER}])", text):
        if re.search(rf"\b{YEAR}|https?:", text[cuts[-1] : found.start()]):
            cuts.append(found.end())
    parts = [text[a:b].strip(" ;") for a, b in pairwise([*cuts, len(text)])]
    return parts if all(re.search(rf"\b{YEAR}|https?:", part) for part in parts) else [text]


def cited(text: str) -> Entry | None:
    """The work that a footnote names in full; none if it is a comment or only points to one."""
    bare = re.sub(rf"^(?:(?i:{any_of('leading')})\b[,:\s]*)+(?=[{UPPER}“‘])", "", text.strip())
    if re.search(rf"\b{any_of('earlier')}\b", bare, re.IGNORECASE) and len(bare.split()) < 12:
        return None
    entry = parse_entry("0) " + bare if re.match(r"\d", bare) else bare)
    if entry.title is None or not (entry.authors or entry.doi or entry.url or is_dated_title(bare)):
        return None
    told = entry.year or entry.undated or entry.doi or entry.url
    return entry if told and not is_comment(bare, entry) else None


def is_comment(text: str, entry: Entry) -> bool:
    """Whether a text is a sentence in which a year or an address stands, and no entry."""
    if entry.authors and (entry.doi or entry.url):
        return False
    verbs = r"\b(?:is|are|was|were|has|have|had|we|this|these|our|which|that|it|did|do|does)\b"
    title = entry.title or ""
    said = text.replace(title, " ") if entry.authors else text
    return bool(re.search(verbs, said)) or len(title.split()) > 40


def is_dated_title(text: str) -> bool:
    """Whether a text is a title with its date at the end: "Care Closer to Home, May 2012"."""
    return len(text.split()) <= 25 and bool(
        re.search(rf"[\s,.(]{YEAR}\)?[\s.]*$", text)
        or re.search(rf"\b{any_of('laws')}\b", text, re.I)
    )
