"""Which entries of all documents are of one work, whatever the order in which they come."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from kb.models import Citation, Identity, Work
from pipelines.cite.alike import (
    alike,
    by_title,
    by_year,
    by_year_and_name,
    exact_key,
    extends,
    titled_alike,
    titles_differ,
)
from pipelines.cite.known import Known, ambiguous, document_of, known_documents


@dataclass(slots=True)
class Group:
    """Entries that are taken to be of one work."""

    citations: list[Citation] = field(default_factory=list)

    @property
    def dois(self) -> set[str]:
        """The identifiers that its entries give: more than one is a contradiction."""
        return {each.doi for each in self.citations if each.doi}

    @property
    def suffixes(self) -> dict[str, set[str]]:
        """The letters behind the year that its entries have in each document."""
        found: dict[str, set[str]] = {}
        for each in self.citations:
            if each.suffix:
                found.setdefault(each.document_id, set()).add(each.suffix)
        return found


def same_works(
    citations: Iterable[Citation], documents: Mapping[str, Identity]
) -> tuple[tuple[Work, ...], dict[str, str]]:
    """Give all works by id, and the id of the work of each citation.

    `documents` are by what each document of the base is known again, by its id.
    """
    groups = grouped(sorted(citations, key=lambda c: (c.doi or "~", c.text, c.id)))
    works: dict[str, Work] = {}
    work_of: dict[str, str] = {}
    known = known_documents(documents)
    for group in groups:
        work = work_of_group(group, known)
        while work.id in works:
            work = renamed(work)
        works[work.id] = work
        work_of |= {each.id: work.id for each in group.citations}
    unclear = ambiguous(works.values(), documents)
    return tuple(unlinked(works[id], unclear) for id in sorted(works)), work_of


def unlinked(work: Work, unclear: Container[str]) -> Work:
    """The work, as no document of the base if it would be one that others would be too."""
    return replace(work, document_id=None) if work.document_id in unclear else work


def grouped(citations: Sequence[Citation]) -> list[Group]:
    """Gather entries: first by DOI, then by name, year and title, then those alike."""
    groups: dict[str, list[Group]] = {}
    for each in sorted(citations, key=lambda c: not c.title):
        same = groups.setdefault(each.doi or exact_key(each) + " " + each.suffix, [])
        own = next((group for group in same if may_hold(group, each)), None)
        if own:
            own.citations.append(each)
        else:
            same.append(Group([each]))
    merged = [group for same in groups.values() for group in same]
    rounds: tuple[tuple[Key, Fits], ...] = (
        (by_title, alike),
        (by_year_and_name, alike),
        (by_year, titled_alike),
    )
    for key, fits in rounds:
        merged = merge(merged, key, fits)
    merged = merge_pairs(merged, by_year_and_name, extends)
    return merge_pairs(merged, by_year, extends)


def may_hold(group: Group, each: Citation) -> bool:
    """Whether an entry may be of a group's work; a chapter may be printed with its book's DOI."""
    return not titles_differ(each.title, group.citations[0].title)


Key = Callable[[Citation], str | None]
Fits = Callable[[Citation, Citation], bool]


def merge(groups: list[Group], key: Key, fits: Fits) -> list[Group]:
    """Join the groups that share a key and fit, one after another."""
    into: dict[int, Group] = {}
    for bucket in buckets(groups, key):
        for group in bucket:
            own = final(group, into)
            others = (final(each, into) for each in bucket)
            first = next((o for o in others if o is not own and may_join(own, o, fits)), None)
            if first:
                join(first, own, into)
    return [group for group in groups if id(group) not in into]


def merge_pairs(groups: list[Group], key: Key, fits: Fits) -> list[Group]:
    """Join two groups that share a key where each fits the other and no third."""
    into: dict[int, Group] = {}
    for bucket in buckets(groups, key):
        fitting = {
            id(a): [b for b in bucket if a is not b and may_join(a, b, fits)] for a in bucket
        }
        for group in bucket:
            close = fitting[id(group)]
            alone = len(close) == 1 and len(fitting[id(close[0])]) == 1
            if alone and final(group, into) is not final(close[0], into):
                join(final(close[0], into), final(group, into), into)
    return [group for group in groups if id(group) not in into]


def buckets(groups: Sequence[Group], key: Key) -> list[list[Group]]:
    """The groups that have an entry under the same key, for each key that several have."""
    found: dict[str, list[Group]] = {}
    for group in groups:
        for name in {key(each): None for each in group.citations}:
            if name is not None:
                found.setdefault(name, []).append(group)
    return [bucket for bucket in found.values() if len(bucket) > 1]


def final(group: Group, into: Mapping[int, Group]) -> Group:
    """The group into which one has been joined."""
    while id(group) in into:
        group = into[id(group)]
    return group


def join(first: Group, second: Group, into: dict[int, Group]) -> None:
    """Put the entries of the second group into the first."""
    first.citations += second.citations
    into[id(second)] = first


def may_join(first: Group, second: Group, fits: Fits) -> bool:
    """Whether two groups may be one: no other DOI, no other letter in one document, and alike."""
    if len(first.dois | second.dois) > 1:
        return False
    letters = second.suffixes
    if any(own != letters.get(document, own) for document, own in first.suffixes.items()):
        return False
    return any(fits(a, b) for a in first.citations for b in second.citations)


def work_of_group(group: Group, known: Known) -> Work:
    """The work that entries name, each field from the one that tells most."""
    best = sorted(group.citations, key=lambda c: (-told(c), -len(c.title or ""), c.text, c.id))
    first = best[0]
    authors = max(best, key=lambda c: len(c.authors)).authors
    doi = next((c.doi for c in best if c.doi), None)
    title = first.title or next((c.title for c in best if c.title), None)
    return Work(
        id=id_of(doi, min(map(exact_key, group.citations))),
        title=title,
        authors=authors,
        year=first.year or next((c.year for c in best if c.year), None),
        container=next((c.container for c in best if c.container), None),
        doi=doi,
        url=next((c.url for c in best if c.url), None),
        text=first.text,
        document_id=document_of(group.citations, known),
    )


def told(each: Citation) -> int:
    """How many things an entry tells of its work."""
    return sum(map(bool, (each.doi, each.title, each.year, each.authors, each.container)))


def id_of(doi: str | None, key: str) -> str:
    """Twelve hexadecimal digits made of the DOI, or of name, year and title."""
    return sha256(f"work\x1f{'doi ' + doi if doi else key}".encode()).hexdigest()[:12]


def renamed(work: Work) -> Work:
    """The work under another id, where two have the same key but are set apart by a letter."""
    return Work(
        **{name: getattr(work, name) for name in Work.__slots__} | {"id": id_of(None, work.id)}
    )
