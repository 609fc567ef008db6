"""One entry of a list of references, in any style, to what it says of the work.

A field that the entry does not tell, or that cannot be told for certain, is None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipelines.cite.names import UPPER, YEAR, is_organisation, named_at_start
from pipelines.cite.titles import title_and_rest
from pipelines.cite.words import any_of

DOI = re.compile(
    r"(?:\bdoi[:.\s]*|https?://(?:dx\.)?doi\.org/)?\b(10\.\d{4,9}/[^\s\"'<>“”]+)", re.I
)
URL = re.compile(r"<?\b(?:https?://|www\.)\s?[^\s<>\"“”]+>?", re.IGNORECASE)
LABEL = re.compile(
    r"\s*(?:\[(\d{1,3})\]|\((\d{1,3})\)|(\d{1,3})[.)](?=\s)|(\d{1,3})(?=\s*[A-Z“‘\"']|\s+\d+\s+[A-Z]))"
    r"\s*"
)
LONGEST = 1500
"""Characters of an entry that are read: what goes on longer is no list of authors and a title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A work as one entry names it; `suffix` is the letter of "2010a", `number` the printed one.

    `container` is the journal, book or series it is part of, or else its publisher.
    """

    text: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    suffix: str = ""
    title: str | None = None
    container: str | None = None
    doi: str | None = None
    url: str | None = None
    number: int = 0
    more: bool = False
    undated: bool = False


@dataclass(frozen=True, slots=True)
class Dated:
    """Where the year of an entry stands, with the brackets round it."""

    year: int | None
    suffix: str
    start: int
    end: int


def parse_entry(text: str, *, labelled: bool = True) -> Entry:
    """What an entry says of the work; `text` is kept without its number, if `labelled` with one."""
    label = LABEL.match(text) if labelled else None
    number = int(next(filter(None, label.groups()))) if label else 0
    printed = (text[label.end() :] if label else text).strip()
    doi, url, core = without_addresses(printed[:LONGEST])
    if law := law_of(core):
        return Entry(text=printed, title=law[0], year=law[1], number=number, doi=doi, url=url)
    names = named_at_start(core)
    opening = names.end if names else 0
    dated = date_of(core, opening)
    authors: tuple[str, ...] = names.names if names else ()
    body, after_year = without_date(core, dated, opening)
    if not names:
        authors, body = organisation_in(core, body, dated, after_year)
    title, container = title_and_rest(body)
    return Entry(
        text=printed,
        authors=authors,
        year=dated.year if dated else None,
        suffix=dated.suffix if dated else "",
        title=title,
        container=container,
        doi=doi,
        url=url,
        number=number,
        more=bool(names and names.more),
        undated=bool(dated and dated.year is None),
    )


def without_addresses(text: str) -> tuple[str | None, str | None, str]:
    """The DOI, the address, and the entry without either and what announces them."""
    found = DOI.search(text)
    doi = clean_doi(found[1]) if found else None
    link = next((m.group() for m in URL.finditer(text) if "doi.org/" not in m.group()), None)
    core = re.sub(r"\bdoi\s*:?\s*$", "", DOI.sub(" ", text), flags=re.I)
    core = re.sub(r"\b(?:pmid|pmcid|isbn|issn)\s*:?\s*[\dXPMC-]+", " ", core, flags=re.I)
    core = announcing().sub(" ", URL.sub(" ", core))
    return doi, clean_url(link), " ".join(core.split()).rstrip(" ,;:<>")


def clean_doi(doi: str) -> str | None:
    """A DOI in small letters without what closes the sentence; None if it is cut off."""
    doi = re.sub(r"[.,;:\]>]+$", "", doi).lower()
    while doi.endswith(")") and doi.count("(") < doi.count(")"):
        doi = doi[:-1].rstrip(".,;")
    return None if doi.endswith(("-", "/", "(", "_")) else doi


def clean_url(url: str | None) -> str | None:
    """An address without what closes the sentence around it."""
    url = re.sub(r"[.,;:>\]]+$", "", (url or "").strip("<").replace(" ", ""))
    if url.endswith(")") and "(" not in url:
        url = url.rstrip(").,")
    return url or None


@cache
def announcing() -> re.Pattern[str]:
    """ "Available at:", "[accessed 3 May 2019]", "[Online]" and "doi:" left alone."""
    day = rf"[:\s]*(?:on\s+)?(?:[\w.,/\s-]{{0,20}}?{YEAR}|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}})"
    medium = r"[\[(]\s*(?:online|internet|electronic resource|web ?page|website|pdf)\s*[\])]"
    return re.compile(
        rf"[\[(<]*\s*\b(?:{any_of('accessed')})\b{day}\s*[\])>]*\.?"
        rf"|[\[(<]*\b(?:{any_of('available')})\b\s*:?\s*(?=$|[<>\[(\]).,]|\s\s)[\])>]*"
        rf"|{medium}|\bdoi\s*:?\s*(?=$|\s)",
        re.IGNORECASE,
    )


def law_of(core: str) -> tuple[str, int] | None:
    """The title of a law, its year in it, and the year."""
    found = re.match(
        rf"((?:The\s+)?[{UPPER}][^.;:“”]{{2,120}}?\b(?i:{any_of('laws')})\b"
        rf"(?:\s+\([^)]{{1,30}}\))*\s+({YEAR}))\b(?=\s*(?:[.,;(]|$|s\b|c\b|section|\())",
        core,
    )
    return (found[1], int(found[2])) if found else None


@cache
def dates() -> tuple[re.Pattern[str], ...]:
    """The places of a year, the surest first; the first must come right behind the names."""
    day = r"(?:\d{1,2}(?:st|nd|rd|th)?\s+)?"
    month = rf"{day}(?:(?i:{any_of('months')})\b\.?[\s,/-]*)*(?:\d{{1,2}},?\s+)?"
    year = rf"(?P<year>{YEAR})(?P<suffix>[a-z]?)"
    undated = (
        rf"(?P<undated>(?i:{any_of('undated')}|{any_of('pending')})\.?)(?:-?(?P<letter>[a-z]))?"
    )
    inside = rf"\s*(?:c\.?\s*)?{month}(?:{year}|{undated})\s*(?:[,/–-]\s*[^()\[\]]{{0,30}})?"
    return (
        re.compile(rf"[\s,.:;]*[(\[]{inside}[)\]]"),
        re.compile(rf"[\s,.:;]*{year}(?=\s*[.,:;](?!\d)|\s*$|\s+[“‘\"'{UPPER}])"),
        re.compile(rf"[(\[]{inside}[)\]]"),
        re.compile(rf"{year}(?=\s*(?:{month})?;)"),
        re.compile(
            rf"(?<=[;,.\s]){month}{year}(?=\s*(?:[.,:]?\s*$|[.,:]\s*(?:p|pp|\d|vol|no)\b|\)))"
        ),
        re.compile(rf"(?<=[;,.\s]){year}(?=[,.:;]|\s*$)"),
        re.compile(rf"(?<![\d–/-]){year}(?![\d–/-])"),
        re.compile(rf"(?<=[\s,;.(\[]){undated}(?=[\s,;.)\]]|$)"),
    )


def date_of(core: str, opening: int) -> Dated | None:
    """The year of an entry whose names end at `opening`; the last of equally good places."""
    behind, behind_bare, bracketed, *others = dates()
    if opening and (found := behind.match(core, opening) or behind_bare.match(core, opening)):
        return dated(found)
    if found := bracketed.search(core, 0, 160):
        before = core[: found.start()]
        if not opening and is_brief(before) and not re.search(r"[.?!”]\s+\S", before):
            return dated(found)
    for place in (*others[:2], bracketed, *others[2:]):
        if every := list(place.finditer(core, opening)):
            return dated(every[-1])
    return None


def is_brief(before: str) -> bool:
    """Whether what stands before a year in brackets can be the name of a body."""
    return len(before.split()) <= 8


def dated(found: re.Match[str]) -> Dated:
    """The year that was found."""
    groups = found.groupdict()
    year = groups.get("year")
    suffix = groups.get("suffix") or groups.get("letter") or ""
    return Dated(int(year) if year else None, suffix, found.start(), found.end())


def without_date(core: str, date: Dated | None, opening: int) -> tuple[str, bool]:
    """What follows the names, and whether the year stood between the two."""
    body = core[opening:]
    if date and date.start <= opening + 2 and opening:
        return core[date.end :].lstrip(" .,:;"), True
    if date and not opening and re.match(r"[(\[]|\s*[(\[]", core[date.start :]):
        return body, date.start > 0
    return body.lstrip(" .,:;"), False


def organisation_in(
    core: str, body: str, date: Dated | None, after_year: bool
) -> tuple[tuple[str, ...], str]:
    """The body that an entry names first, and the rest; none if a title comes first."""
    if date and after_year and is_brief(core[: date.start]) and date.end < len(core) - 3:
        name = core[: date.start].strip(" .,:;")
        return ((name,) if name else ()), core[date.end :].lstrip(" .,:;")
    if re.match(r"[“‘\"']", body):
        return (), body
    found = re.match(
        rf"(?P<name>[^.,:;“”]{{2,90}}(?:,\s+[^.:;“”,]{{2,60}})*?)(?P<stop>[.:]\s+(?:{YEAR}\.\s+)?|,\s*(?=[“‘\"]))",
        body,
    )
    if found and is_name(found["name"]) and not is_imprint(body[found.end() :]):
        return (found["name"].strip(),), body[found.end() :]
    found = re.match(r"(?P<name>[^.,:;“”]{2,80}),\s+", body)
    if (
        found
        and is_name(found["name"])
        and is_organisation(found["name"])
        and not is_imprint(body[found.end() :])
    ):
        return (found["name"].strip(),), body[found.end() :]
    return (), body


def is_name(text: str) -> bool:
    """Whether a text may be the name of a body: mostly capitals, and not long."""
    many = re.findall(r"[^\W\d_]{4,}", text)
    capitals = [word for word in many if word[0].isupper()]
    return len(text.split()) <= 14 and len(capitals) * 3 >= len(many) * 2 and text[0].isupper()


def is_imprint(rest: str) -> bool:
    """Whether nothing but place, publisher, year and pages follows, so that no title is left."""
    if re.match(r"[“‘\"']", rest):
        return False
    words = re.sub(rf"[(\[]?{YEAR}[)\]]?|[;:,.]|\bpp?\b|\d+", " ", rest).split()
    return not words or (
        len(words) <= 5 and bool(re.match(rf"[^.]*?(?::[^.]*)?(?:^|[;,\s])\s*[(\[]?{YEAR}", rest))
    )
