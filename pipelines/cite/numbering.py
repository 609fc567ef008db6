"""Whether numbers in the text count the entries of the list, or the footnotes, and which one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.models import Passage
from pipelines.cite.lists import Listed, Note
from pipelines.cite.named import Cited
from pipelines.cite.numbers import CLEAR, Spot, candidates_in, in_one_way

ENOUGH = 0.25
"""The share of a list that numbers in the text must name to count it, if it prints none or they
are no more than digits behind words or in parentheses."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The marks that are numbers; `entries` and `notes` are what each number may mean."""

    spots: tuple[Spot, ...]
    entries: dict[int, list[Listed]]
    notes: dict[int, list[Note]]
    of_notes: frozenset[Spot] = frozenset()

    def number_of(self, listed: Listed) -> int:
        """The number of an entry, 0 if its list is not numbered."""
        number = listed.entry.number or listed.place
        return number if listed in self.entries.get(number, ()) else 0

    def listed_at(
        self, spot: Spot, number: int, targets: dict[str, tuple[Listed, ...]]
    ) -> tuple[Listed, ...]:
        """The entries that a number at a place means: those of the next list, or of its note."""
        if spot not in self.of_notes and number in self.entries:
            ordinals = [each.passage.ordinal for each in self.entries[number]]
            return (self.entries[number][nearest(ordinals, spot.passage.ordinal)],)
        if number in self.notes:
            ordinals = [note.passage.ordinal for note in self.notes[number]]
            note = self.notes[number][nearest(ordinals, spot.passage.ordinal)]
            return targets.get(note.passage.id, ())
        return ()


def nearest(ordinals: Sequence[int], place: int) -> int:
    """The index of the first ordinal at or after a place, else of the last one before it."""
    return next((n for n, each in enumerate(ordinals) if each >= place), len(ordinals) - 1)


def numbers_in(
    passages: Sequence[Passage],
    listed: Sequence[Listed],
    notes: Sequence[Note],
    named: Sequence[Cited],
) -> Numbers:
    """The numbers of a document's text that cite, and what they count."""
    entries = by_number(listed)
    noted: dict[int, list[Note]] = {}
    for note in notes:
        noted.setdefault(note.number, []).append(note)
    spots = candidates_in(passages)
    of_list = in_one_way(spots, lambda n: n in entries)
    if entries and not counts_list(listed, of_list, named, noted):
        entries, of_list = (entries if prints_numbers(listed) else {}), ()
    ways = {spot.style for spot in of_list}
    free = [spot for spot in spots if spot.style not in ways] if entries else spots
    of_notes = in_one_way(free, lambda n: n in noted)
    both = (*of_list, *of_notes)
    return Numbers(both, entries, noted, frozenset(of_notes))


def by_number(listed: Sequence[Listed]) -> dict[int, list[Listed]]:
    """The entries under each number; where most print none, their places count."""
    printed = prints_numbers(listed)
    found: dict[int, list[Listed]] = {}
    for each in listed:
        if number := each.entry.number if printed else each.place:
            found.setdefault(number, []).append(each)
    return found


def counts_list(
    listed: Sequence[Listed],
    spots: Sequence[Spot],
    named: Sequence[Cited],
    notes: dict[int, list[Note]],
) -> bool:
    """Whether the numbers in the text count the entries of the list and nothing else."""
    counted = {number for spot in spots for number in spot.numbers}
    if prints_numbers(listed):
        clear = all(spot.style in CLEAR for spot in spots)
        return clear or len(counted) >= ENOUGH * len(listed)
    beyond = {number for number in counted if number > max(notes, default=0)}
    by_name = {each.listed for each in named}
    return len(beyond) > len(by_name) and len(beyond) >= ENOUGH * len(listed)


def prints_numbers(listed: Sequence[Listed]) -> bool:
    """Whether most entries are printed with a number."""
    return sum(each.entry.number > 0 for each in listed) * 2 > len(listed)
