"""Which entries of all documents are of one work, whatever the order in which they come."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from hashlib import sha256

from kb.models import Citation, Work
from pipelines.cite.named import family
from pipelines.cite.names import is_organisation

EMPTY = {"the", "a", "an", "of", "and", "in", "for", "on", "to", "der", "die", "das", "und", "la"}
TELLING = 5
"""Words from which a title alone, with the year, tells one work from others."""

ENOUGH = 3
"""Words that a title must have to be found again with a subtitle, or without one."""


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
    citations: Iterable[Citation], documents: Mapping[str, tuple[str, int | None, str | None]]
) -> tuple[tuple[Work, ...], dict[str, str]]:
    """Give all works by id, and the id of the work of each citation.

    `documents` are title, year and DOI of each document of the base, by its id.
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
    return tuple(works[id] for id in sorted(works)), work_of


def grouped(citations: Sequence[Citation]) -> list[Group]:
    """Gather entries: first by DOI, then by name, year and title, then those alike."""
    groups: dict[str, Group] = {}
    for each in citations:
        groups.setdefault(each.doi or exact_key(each), Group()).citations.append(each)
    merged = list(groups.values())
    rounds: tuple[tuple[Key, Fits], ...] = (
        (by_title, alike),
        (by_year_and_name, alike),
        (by_year, titled_alike),
    )
    for key, fits in rounds:
        merged = merge(merged, key, fits)
    return merge(merged, by_year_and_name, extends, alone=True)


Key = Callable[[Citation], str | None]
Fits = Callable[[Citation, Citation], bool]


def merge(groups: list[Group], key: Key, fits: Fits, *, alone: bool = False) -> list[Group]:
    """Join groups that share a key and fit; with `alone` only where just one other does."""
    buckets: dict[str | None, list[Group]] = {}
    for group in groups:
        for each in {key(c): None for c in group.citations}:
            buckets.setdefault(each, []).append(group)
    into: dict[int, Group] = {}
    for name, bucket in buckets.items():
        if name is None:
            continue
        for group in bucket:
            others = {
                id(o): o for each in bucket if (o := final(each, into)) is not final(group, into)
            }
            close = [o for o in others.values() if may_join(final(group, into), o, fits)]
            if close and (not alone or len(close) == 1):
                join(close[0], final(group, into), into)
    return [group for group in groups if id(group) not in into]


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
    """Whether the first names are the same, or one entry names none or a body."""
    names = (first_family(first), first_family(second))
    if names[0] == names[1] or close(*names):
        return True
    return any(not each.authors or is_body(each.authors[0]) for each in (first, second))


def is_body(name: str) -> bool:
    """Whether a name is that of an organisation."""
    return is_organisation(name) or ", " not in name


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


def close(first: str, second: str) -> bool:
    """Whether two words are one but for a slip: long, without digits, and nearly equal."""
    if min(len(first), len(second)) < 5 or any(c.isdigit() for c in first + second):
        return False
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= 0.85


def extends(first: Citation, second: Citation) -> bool:
    """Whether one title is the other with a subtitle."""
    short, long = sorted((parts_of(first.title), parts_of(second.title)), key=lambda p: len(p[1]))
    if not same_authors(first, second) or short[1] == long[1] or len(short[1]) < ENOUGH:
        return False
    return short[1] == long[0] or (
        len(short[1]) >= TELLING and long[1][: len(short[1])] == short[1]
    )


def parts_of(title: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a title before its subtitle, and all of them."""
    main = re.split(r"\s*[:–—]\s+|\s+-\s+|[?!.]\s+", title or "", maxsplit=1)[0]
    return words_of(main), words_of(title)


def words_of(text: str | None) -> tuple[str, ...]:
    """The words that tell, in small letters, without accents and with one kind of &."""
    folded = unicodedata.normalize("NFKD", (text or "").replace("&", " and ").replace("ß", "ss"))
    bare = "".join(c for c in folded if not unicodedata.combining(c)).lower()
    words = re.findall(r"[^\W_]+", re.sub(r"['’‘]", "", bare))
    return tuple(word for word in words if word not in EMPTY)


def first_family(each: Citation) -> str:
    """The first name without accents, case and stops."""
    return "".join(words_of(family(each.authors[0]))) if each.authors else ""


def work_of_group(group: Group, known: Mapping[str, str]) -> Work:
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
        document_id=document_of(group, known),
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


def known_documents(
    documents: Mapping[str, tuple[str, int | None, str | None]],
) -> dict[str, str]:
    """The id of a document by its DOI, and by its title and year."""
    found: dict[str, str] = {}
    for id, (title, year, doi) in sorted(documents.items(), reverse=True):
        if doi:
            found[doi.lower()] = id
        if len(words_of(title)) >= ENOUGH and year:
            found[f"{year} {''.join(words_of(title))}"] = id
            if len(parts_of(title)[0]) >= TELLING:
                found.setdefault(f"{year} {''.join(parts_of(title)[0])}", id)
    return found


def document_of(group: Group, known: Mapping[str, str]) -> str | None:
    """The document of the base that a work is, by its DOI or its title and year."""
    for each in group.citations:
        for key in (each.doi or "", f"{each.year} {''.join(words_of(each.title))}"):
            if key in known:
                return known[key]
    return None
