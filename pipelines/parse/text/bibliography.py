"""What a plain text says of itself at its head and foot: fields, bylines, copyright, DOI."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.models import Bibliography
from pipelines.parse.facts import doi_of, licence_of, year_of
from pipelines.parse.references import is_cited
from pipelines.parse.text.rows import TextRow

_HEAD, _FOOT = 40, 12
"""Rows at the beginning and at the end that may tell of the work."""
_LONGEST = 24
"""Words of a line that tells of the work; longer ones speak of other things."""
_MASTHEAD = 20
"""Rows among which a line of names is that of the authors."""
_FIELD = re.compile(
    r"(?P<name>title|authors?|written by|by|publisher|published by|published(?: on| in)?"
    r"|date|publication date|year|doi)\s*:\s*(?P<value>\S.*)",
    re.I,
)
_BYLINE = re.compile(r"(?:written )?by (?P<names>\S.*)", re.I)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)(?: ?©)?[,\s]*(?P<before>\D*?)[,\s]*(?P<year>(?:19|20)\d\d)"
    r"[,\s]*(?P<after>[^.\d|·]*)",
    re.I,
)
_PUBLISHED = re.compile(
    r"^(?:(?:first )?published|publication date)\D{0,40}((?:19|20)\d\d)"
    r"|^(?:\d{1,2} )?(?:january|february|march|april|may|june|july|august|september|october"
    r"|november|december|spring|summer|autumn|winter) ((?:19|20)\d\d)$",
    re.I,
)
_NAME = r"(?:(?:Dr|Prof|Professor|Sir|Dame|Mrs?|Ms)\.? )?[A-Z][\w’'.-]*(?: [A-Z][\w’'.-]*){1,3}"
_NAMES = re.compile(rf"{_NAME}(?:(?:, and |, | and | & |; ){_NAME})*")
_BETWEEN = re.compile(r",? and |, | & |; ")


def bibliography_of(rows: Sequence[TextRow], cited: frozenset[str] = frozenset()) -> Bibliography:
    """The facts that the text states; what it does not state is left open.

    `cited` are the DOIs of other works that it lists.
    """
    ends = (*rows[:_HEAD], *rows[max(_HEAD, len(rows) - _FOOT) :])
    edges = [row.text for row in ends if len(row.text.split()) <= _LONGEST]
    fields = {
        found["name"].lower(): found["value"] for text in edges if (found := _FIELD.fullmatch(text))
    }
    year, publisher = _copyright(edges)
    names = _first(fields, "authors", "author", "written by", "by")
    bylines = (x["names"] for text in edges if (x := _BYLINE.fullmatch(text)))
    authors = authors_in(names) or next(filter(None, map(authors_in, bylines)), ())
    return Bibliography(
        title=fields.get("title"),
        authors=authors or next(filter(None, map(_authors_of, rows[:_HEAD])), ()),
        year=_year(fields, edges) or year,
        publisher=_first(fields, "publisher", "published by") or publisher,
        doi=_doi(rows, edges, cited),
        licence=licence_of(*(text for text in edges if re.search("licen[cs]e", text, re.I))),
    )


def authors_in(text: str | None) -> tuple[str, ...]:
    """The names in a line of nothing but names; () if it is something else."""
    text = (text or "").strip(" .")
    return tuple(_BETWEEN.split(text)) if _NAMES.fullmatch(text) else ()


def with_bylines(rows: Sequence[TextRow]) -> tuple[TextRow, ...]:
    """The rows, of which the first that is a line of names stands apart from those around it."""
    lower = frozenset(word for row in rows for word in row.text.split() if word.islower())
    for i, row in enumerate(rows[:_MASTHEAD]):
        if _is_byline(row.text, lower):
            before = [replace(x, blank_after=True, forced=True) for x in rows[max(0, i - 1) : i]]
            after = [replace(x, blank_before=True) for x in rows[i + 1 : i + 2]]
            byline = replace(row, byline=True, blank_before=True, blank_after=True)
            return (*rows[: max(0, i - 1)], *before, byline, *after, *rows[i + 2 :])
    return tuple(rows)


def _is_byline(text: str, lower: frozenset[str]) -> bool:
    """Whether a line is of two names or more, none of them made of the text's own words."""
    names = authors_in(text)
    return len(names) > 1 and not any(
        all(word.casefold() in lower for word in name.split()) for name in names
    )


def _authors_of(row: TextRow) -> tuple[str, ...]:
    return authors_in(row.text) if row.byline else ()


def _first(fields: dict[str, str], *names: str) -> str | None:
    return next((fields[name] for name in names if name in fields), None)


def _year(fields: dict[str, str], edges: Sequence[str]) -> int | None:
    told = ("publication date", "published", "published on", "published in", "date", "year")
    stated = (found[1] or found[2] for text in edges if (found := _PUBLISHED.search(text)))
    return year_of(_first(fields, *told)) or year_of(next(stated, None))


def _doi(rows: Sequence[TextRow], edges: Sequence[str], cited: frozenset[str]) -> str | None:
    """A DOI on a line of its own anywhere, else one at the head or foot, of no work it cites."""
    alone = (row.text for row in rows if row.text[:3].lower() == "doi")
    told = (text for text in edges if re.search(r"\bdoi\b", text, re.I))
    found = filter(None, map(doi_of, (*alone, *told)))
    return next((doi for doi in found if not is_cited(doi, cited)), None)


def _copyright(texts: Sequence[str]) -> tuple[int | None, str | None]:
    """The year and the holder of the first line of copyright."""
    found = next(filter(None, map(_COPYRIGHT.search, texts)), None)
    if not found:
        return None, None
    holder = (found["before"] or found["after"]).strip(" ,;:-–—")
    return int(found["year"]), holder if 0 < len(holder.split()) <= 8 else None
