"""Which blocks are entries of a list of works cited, by their heading or their look."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from kb.models import Block, Kind
from pipelines.parse.facts import DOI
from pipelines.parse.tidy import fold, vocabulary

NUMBERING = re.compile(
    r"^(?:(?:appendix|annex|chapter|part|section)\s+\w+|[\divxlc]+(?:\.\d+)*)[.:)]?\s+", re.I
)
ENTRY_NUMBER = re.compile(r"\[(\d{1,3})\]|\(?(\d{1,3})[.)](?!\d)|(\d{1,3})\s+(?=[A-Z])")
LOOKS_CITED = re.compile(
    r"^(?:\[\d+\]|\(\d+\)|\d{1,3}[.)]?)\s+\S"
    r"|(?<!\d)(?:1[6-9]|20)\d\d(?!\d)|https?://|www\.|doi|et al|[(\[,]\s*(?:n\.d\.|in press)",
    re.IGNORECASE,
)
_NAME = r"(?:(?:van|von|de|der|den|la|le|du|di|da|el|al)[ -]){0,2}[A-ZÀ-ÖØ-Þ][\w’'‐-]{1,30}+"
_INITIALS = r"(?:[A-ZÀ-ÖØ-Þ]\.?[ -]?){1,4}"
AUTHOR = re.compile(
    rf"{_NAME}(?: {_NAME})?,? {_INITIALS}(?:[,.:;(&]|(?<=[ .])(?:and|et|eds?)\b)"
    rf"|(?:[A-ZÀ-ÖØ-Þ]\.[ -]?){{1,3}} ?{_NAME}(?:,| and | & | et al)"
)
"""How an entry opens: a surname and initials, or the initials first."""
BODY = re.compile(
    rf"{_NAME}, {_NAME}(?: [A-Z]\.)?(?:\. |, and )"
    r"|[A-Z][^.(]{2,90}(?:\. ?|, ?| )\((?:(?:19|20)\d\d[a-z]?|n\.d\.)[^)]{0,20}\)[.,]? ?"
    r"(?:[^\Wa-z]|[‘“'\"]|$)"
)
"""How an entry opens too, but also other text: a name written out, a body and the year."""
_CAPITALISED = (
    r"[A-ZÀ-ÖØ-Þ][\w'’&./-]*(?:,? (?:[A-ZÀ-ÖØ-Þ][\w'’&./-]*|of|for|and|the|in|on|de|&)){0,9}"
)
PUBLISHED = re.compile(
    r"https?://|www\.|\bdoi\b|\b(?:pp?|vol|no|isbn|issn|cmn?d?)\.? ?\d|\d ?\(\d+(?:[-–]\d+)?\)"
    r"|\d[,:;] ?\d+[-–]\d|(?:19|20)\d\d[;:] ?\d"
    r"|(?-i:\b(?:Press|Publishing|Publications|HMSO|TSO|Stationery Office)\b)"
    r"|\)[.,]? ?[‘“'\"][^”\"]{3,200}[’”'\"](?:[.,;]| \(|(?-i: in [A-Z])|$)"
    rf"|(?-i:(?:[.,;] {_CAPITALISED}: ?|\. ){_CAPITALISED}[\d\s,;()]*\.?$)",
    re.I,
)
"""A sign of publication: an address, a place in a journal, a quoted title, a publisher."""
YEAR = re.compile(r"(?<!\d)(?:1[6-9]|20)\d\d(?!\d)|\bn\.d\.|in press|https?://|www\.|\bdoi\b", re.I)
CITE_US = re.compile(
    r"\W*(?:citation|cite (?:this|as)|(?:how )?to cite|suggested citation)\b", re.I
)
"""What opens a note on how to cite the document itself."""

_FEWEST = 3
"""Entries that make a list without a heading."""
_TALKS = 4
"""Verbs such as "were"; no entry has so many."""


def heading_names(text: str, section: str) -> bool:
    """Whether a heading is that of a `section` of words.yml ("References:", "7. References")."""
    name = NUMBERING.sub("", fold(text).lower()).strip(" :.")
    return name in vocabulary()[section]


def with_references(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, with entries as such: under a heading like "References", or one after another."""
    return tuple(_with_works(list(relabelled(list(_without_prose(blocks))))))


def _without_prose(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks; what a reader took for references by the heading alone, and is prose, as such."""
    for is_list, run in groupby(blocks, lambda x: x.kind == "reference"):
        found = list(run)
        prose = is_list and all(reads_as_prose(x.text) for x in found)
        yield from (replace(x, kind="paragraph") if prose else x for x in found)


def relabelled(blocks: Sequence[Block]) -> Iterator[Block]:
    """Each block in order; a section ends with the next heading that is no deeper than its own.

    Behind a box (the sidebar of a page, say) a list may be something else, and is looked at.
    """
    kind: Kind | None = None
    level = 0
    after_box = False
    for block in blocks:
        after_box = block.kind == "box" or (after_box and block.kind != "heading")
        if block.kind == "heading":
            if kind is None or block.level <= level:
                kind, level = section_kind(block.text), block.level
            yield block
        elif kind and is_entry(block, kind, look=after_box):
            yield replace(block, kind=kind, level=0)
        else:
            yield block


def _with_works(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, those as references that name works one after the other without a heading."""
    for is_list, run in groupby(blocks, _may_be_work):
        found = list(run)
        works = [k for k, block in enumerate(found) if is_list and _is_work(block)]
        listed = range(works[0], works[-1] + 1) if len(works) >= _FEWEST else range(0)
        enough = len(works) >= 0.6 * len(listed)
        for k, block in enumerate(found):
            yield replace(block, kind="reference", level=0) if enough and k in listed else block


def _may_be_work(block: Block) -> bool:
    may_be = block.kind in ("paragraph", "list_item", "reference")
    return may_be and bool(LOOKS_CITED.search(block.text)) and _verbs(block.text) < _TALKS


def _is_work(block: Block) -> bool:
    """Whether a block names a work; an item of a list its author, and where it was published."""
    if block.kind != "list_item":
        return is_work(block.text)
    bare = _unnumbered(block.text)
    return bool(AUTHOR.match(bare[:200]) and PUBLISHED.search(bare) and YEAR.search(bare))


def dois_cited(blocks: Sequence[Block]) -> frozenset[str]:
    """The DOIs in entries and footnotes that name other works, in small letters."""
    cited = (x.text for x in with_references(blocks) if x.kind == "reference" or _is_note(x))
    return frozenset(doi.lower() for text in cited for doi in DOI.findall(text))


def _is_note(block: Block) -> bool:
    """Whether a footnote names a work, and does not say how to cite this one."""
    return block.kind == "footnote" and is_work(block.text) and not CITE_US.match(block.text)


def is_cited(doi: str, cited: frozenset[str]) -> bool:
    """Whether a DOI, or one that a line's end cut off, is among those of other works."""
    own = doi.lower()
    rests = (each[len(own) :] for each in cited if each.startswith(own))
    # "10.1136/bmj" may be cut off "10.1136/bmj.b3047"; "ijic.25" is not "ijic.2500"
    return any(not rest or not (own[-1:] + rest[:1]).isalnum() for rest in rests)


def is_reference_heading(text: str) -> bool:
    """Whether a list of references begins below this heading."""
    return section_kind(text) == "reference"


def entry_number(text: str) -> int:
    """The number that opens a printed reference ("[3] Ham C", "3. Ham C"), 0 if none."""
    found = ENTRY_NUMBER.match(text)
    return int(next(filter(None, found.groups()))) if found else 0


def section_kind(heading: str) -> Kind | None:
    """What the blocks under this heading are, or None if it does not tell."""
    if heading_names(heading, "references"):
        return "reference"
    return "footnote" if heading_names(heading, "notes") else None


def is_entry(block: Block, kind: Kind, *, look: bool) -> bool:
    """Whether a block under such a heading is one of its entries, and not a stray paragraph.

    With `look` an item of a list too must look like an entry.
    """
    if block.kind == "list_item" and not look:
        return True
    may_be = block.kind == "list_item" or (block.kind == "paragraph" and kind == "reference")
    return may_be and bool(LOOKS_CITED.search(block.text)) and not reads_as_prose(block.text)


def opens_like_work(text: str, *, numbered: bool = False) -> bool:
    """Whether a text opens as an entry does; behind a number any capital letter may, if wanted."""
    bare = _unnumbered(text)
    if numbered and bare is not text and bare[:1].isupper():
        return True
    return bool(AUTHOR.match(bare[:200]) or BODY.match(bare[:200]))


def is_work(text: str) -> bool:
    """Whether a text names a work by itself: its author first, and its year or address.

    Behind a name that other text may open with, it must say where it was published.
    """
    bare = _unnumbered(text)
    named = AUTHOR.match(bare[:200]) or (BODY.match(bare[:200]) and PUBLISHED.search(bare))
    return bool(named and YEAR.search(text))


def _unnumbered(text: str) -> str:
    found = ENTRY_NUMBER.match(text)
    return text[found.end() :].lstrip() if found else text


def reads_as_prose(text: str) -> bool:
    """Whether a text speaks in sentences: it names no author first, and has verbs like "were"."""
    if entry_number(text) or is_work(text):
        return False
    return _verbs(text) > 1


def _verbs(text: str) -> int:
    words = re.findall(r"[a-z]+", text.casefold())
    return sum(word in vocabulary()["sentence_words"] for word in words)
