"""What a PDF tells of itself: its metadata where they make sense, else its first pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice, takewhile

from kb.models import Bibliography
from pipelines.parse.flow import Row, folded, weave
from pipelines.parse.pdf.authors import printed_authors
from pipelines.parse.pdf.layout import PageLayout
from pipelines.parse.pdf.lines import PrintedLine, body_size
from pipelines.parse.references import is_cited

_JUNK_TITLE = re.compile(
    r"^(?:untitled|document\d*|microsoft|powerpoint|slide|title|print|layout|template)\b"
    r"|\.(?:docx?|indd|pdf|qxd|pptx?|xlsx?|tex|dvi|odt|rtf)\b|[\\/_]|^\W*$",
    re.I,
)
_JUNK_AUTHOR = re.compile(
    r"^(?:user|admin|administrator|owner|author|unknown|default|\w*\d\w*)$", re.I
)
_DOI = re.compile(r"\b(?:doi(?:\.org/|:)?\s*)(10\.\d{4,9}/[^\s\"<>]+[^\s\"<>.,;)\]])", re.I)
_DATE = re.compile(
    r"(?:©|\(c\)|copyright|published|publication date|first published)\D{0,60}((?:19|20)\d\d)\b"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|spring|summer|autumn|winter),?\s+((?:19|20)\d\d)\b"
    r"|^((?:19|20)\d\d)$",
    re.I | re.M,
)
_PUBLISHED_BY = re.compile(
    r"\bpublished\s+(?:in\s+)?(?:\d{4}\s+)?by\s+(?:the\s+)?(?P<name>[A-Z][^\n.,;:()©\d]{2,80})",
    re.I,
)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:©\s*)?(?:(?:19|20)\d\d(?:\s*[-–]\s*\d{2,4})?,?\s*)?(?:by\s+)?"
    r"(?P<name>(?:the\s+)?[A-Z][^\n.,;:()©\d]{2,80})"
)
_NO_PUBLISHER = re.compile(r"\b(?:author|rights?|reserved|reproduc|licen[cs]e|notice)", re.I)
_SMALL_WORDS = {"and", "for", "of", "the", "in", "on", "de", "für", "des", "&"}
_IS_CONTENTS = re.compile(r"(?:table of )?contents\b|inhalt", re.I)
_FIRST_YEAR = 1945
_LONGEST_FIELD = 2000
"""Characters of metadata; nobody has read what is longer."""
_FRONT = 2
"""Pages with text on which a work names itself."""


def bibliography_of(
    metadata: Mapping[str, str],
    pages: Sequence[PageLayout],
    cited: frozenset[str] = frozenset(),
) -> Bibliography:
    """Title, authors, year, publisher and DOI, each only where it is certain enough.

    `cited` are the DOIs of other works that it lists.
    """
    front = list(islice((page for page in pages if page.lines), _FRONT))
    first = front[0].lines if front else ()
    title = _title(metadata.get("Title", ""))
    found = title_lines(first)
    text = "\n".join(line.text for page in front for line in page.lines)
    created = re.match(r"D?:?((?:19|20)\d\d)", metadata.get("CreationDate", ""))
    return Bibliography(
        title=title or (weave([Row(text=line.text) for line in found], {})[0] if found else None),
        authors=_authors(metadata.get("Author", ""), text) or printed_authors(first, found, pages),
        year=_year(text, int(created[1]) if created else None),
        publisher=_publisher(text),
        doi=_doi(front, cited),
    )


def _title(text: str) -> str | None:
    """The metadata's title, unless it is a file's name or a program's."""
    text = folded(text)
    return text if 2 < len(text.split()) < 40 and not _JUNK_TITLE.search(text) else None


def title_lines(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """The largest text of a page, if larger than the rest and not too long; a logo is passed by."""
    worded = sorted(
        (line for line in lines if sum(map(str.isalpha, line.text)) > 2), key=lambda x: x.y0
    )
    body = body_size(lines)
    runs = []
    for size in sorted({line.size for line in worded}, reverse=True)[:3]:
        start = next(k for k, line in enumerate(worded) if line.size == size)
        runs.append(list(takewhile(lambda x: x.size > 0.97 * size, worded[start:])))  # noqa: B023
    likely = [
        run
        for run in runs
        if (run[0].size > 1.15 * body or len(run) < 0.3 * len(worded)) and _words(run) < 40
    ]
    named = [
        run for run in likely if not _IS_CONTENTS.match(run[0].text) and run[-1].text[-1] != "."
    ]
    return next((run for run in named if _words(run) > 2), named[0] if named else [])


def _words(lines: Sequence[PrintedLine]) -> int:
    return sum(len(line.text.split()) for line in lines)


def _authors(author: str, text: str) -> tuple[str, ...]:
    """The metadata's authors, if they are names that the first pages print too."""
    names = [folded(name) for name in re.split(r"[;,&]|\band\b", author[:_LONGEST_FIELD])]
    printed = text.casefold()
    return tuple(
        name
        for name in names
        if " " in name
        and not _JUNK_AUTHOR.match(name)
        and re.sub(r"^(?:dr|prof|professor|mrs?|ms)\.? ", "", name.casefold()).split()[-1]
        in printed
    )


def _year(text: str, created: int | None) -> int | None:
    """A year that the first pages print as their date, not later than the file was made."""
    years = {int(next(filter(None, found))) for found in _DATE.findall(text)}
    latest = created or 2100
    likely = [year for year in years if _FIRST_YEAR <= year <= latest]
    return max(likely) if likely else None


def _publisher(text: str) -> str | None:
    """Who the imprint says published the work or holds its copyright."""
    for pattern in (_PUBLISHED_BY, _COPYRIGHT):
        for found in pattern.finditer(text):
            name = found["name"].strip()
            words = [word for word in name.split() if word not in _SMALL_WORDS]
            named = all(word[0].isupper() or not word[0].isalpha() for word in words)
            if named and not _NO_PUBLISHER.search(name) and len(words) <= 8:
                return name
    return None


def _doi(front: Sequence[PageLayout], cited: frozenset[str]) -> str | None:
    """The DOI on the first page, or the only one on the second; not that of a work it cites."""
    for page in front:
        found = _DOI.findall("\n".join(line.text for line in page.lines))
        own = [str(doi) for doi in found if not is_cited(doi, cited)]
        if own and (page is front[0] or len(set(found)) == 1):
            return own[0]
    return None
