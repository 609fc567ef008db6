"""Which passages of a document are entries, under which number, and which only point to one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from kb.models import Passage
from pipelines.cite.entries import LABEL, Entry, parse_entry
from pipelines.cite.names import UPPER, YEAR
from pipelines.cite.words import any_of

NOTE_NUMBER = re.compile(r"\s*(?:\[(\d{1,3})\]|(\d{1,3})[.)](?=\s*\S)|(\d{1,3})(?=\s*\S))\s*")
FARTHEST = 10
"""From one number to the next, where those between were not found."""


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
    """A footnote: its number (0 if none is printed), its text, and the entries that it lists."""

    passage: Passage
    number: int
    text: str
    listed: tuple[Listed, ...]


def listed_in(passages: Sequence[Passage]) -> tuple[Listed, ...]:
    """The entries of all lists of references, in order; a list ends where other text comes."""
    found: list[Listed] = []
    lists = (
        list(run) for is_list, run in groupby(passages, lambda p: p.kind == "reference") if is_list
    )
    for group, run in enumerate(lists):
        labels = labels_in([p.text for p in run], LABEL)
        found_in = ((p, work_in(p.text, bool(found))) for p, found in zip(run, labels, strict=True))
        entries = [(p, entry) for p, entry in found_in if entry]
        for place, (passage, entry) in enumerate(entries, 1):
            found.append(Listed(passage, entry, group, place))
    return tuple(found)


def labels_in(texts: Sequence[str], form: re.Pattern[str]) -> list[re.Match[str] | None]:
    """The numbers that open texts; the bare ones that `form` takes last, only where they count on.

    "38 Degrees" is no entry 38 among entries without numbers.
    """
    found = [form.match(text) for text in texts]
    numbers = [int(each[each.lastindex or 0]) if each else 0 for each in found]
    if len(numbers) > 1 and all(a < b for a, b in pairwise([0, *numbers])):
        return found  # each has one, and they grow
    return [
        each if each and (each.lastindex != form.groups or counts_on(before, n, after)) else None
        for each, before, n, after in zip(
            found, [0, *numbers], numbers, [*numbers[1:], 0], strict=False
        )
    ]


def counts_on(before: int, number: int, after: int) -> bool:
    """Whether a number opens a count, or is one of it with the number before it or after it."""
    follows = before > 0 and 0 < number - before <= FARTHEST
    return number == 1 or follows or 0 < after - number <= FARTHEST


def work_in(text: str, labelled: bool) -> Entry | None:
    """The entry of a passage of a list, if it names a work at all."""
    entry = parse_entry(text, labelled=labelled)
    names_work = entry.title or entry.doi or entry.url or (entry.authors and entry.year)
    return entry if names_work else None


def notes_in(passages: Sequence[Passage]) -> tuple[Note, ...]:
    """All footnotes, with the works that they name in full."""
    notes = []
    footnotes = [passage for passage in passages if passage.kind == "footnote"]
    labels = labels_in([passage.text for passage in footnotes], NOTE_NUMBER)
    for passage, label in zip(footnotes, labels, strict=True):
        number = int(label[label.lastindex or 0]) if label else 0
        text = passage.text[label.end() if label else 0 :].strip()
        found_in = filter(None, map(cited, parts_of(text)))
        listed = tuple(Listed(passage, entry) for entry in found_in)
        notes.append(Note(passage, number, text, listed))
    return tuple(numbered(notes))


def numbered(notes: Sequence[Note]) -> list[Note]:
    """Footnotes without any printed number count from 1, in order."""
    if any(note.number for note in notes):
        return list(notes)
    return [replace(note, number=n) for n, note in enumerate(notes, 1)]


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
    entry = parse_entry(bare, labelled=False)
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
