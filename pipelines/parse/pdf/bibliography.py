"""What a PDF tells of itself: its metadata where they make sense, else its first page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile

from kb.models import Bibliography
from pipelines.parse.flow import Row, folded, weave
from pipelines.parse.pdf.layout import PageLayout
from pipelines.parse.pdf.lines import PrintedLine, body_size

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
    r"(?:©|\(c\)|copyright|published|publication date|first published)\D{0,30}((?:19|20)\d\d)\b"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|spring|summer|autumn|winter)\s+((?:19|20)\d\d)\b",
    re.I,
)
_FIRST_YEAR = 1945
_LONGEST_FIELD = 2000
"""Characters of metadata; nobody has read what is longer."""


def bibliography_of(metadata: Mapping[str, str], pages: Sequence[PageLayout]) -> Bibliography:
    """Title, authors, year and DOI, each only where it is certain enough."""
    first = next((page for page in pages if page.lines), None)
    lines = first.lines if first else ()
    text = "\n".join(line.text for line in lines)
    created = re.match(r"D?:?((?:19|20)\d\d)", metadata.get("CreationDate", ""))
    doi = _DOI.search(text)
    return Bibliography(
        title=_title(metadata.get("Title", "")) or _largest(lines),
        authors=_authors(metadata.get("Author", ""), text),
        year=_year(text, int(created[1]) if created else None),
        doi=doi[1] if doi else None,
    )


def _title(text: str) -> str | None:
    """The metadata's title, unless it is a file's name or a program's."""
    text = folded(text)
    return text if 2 < len(text.split()) < 40 and not _JUNK_TITLE.search(text) else None


def _largest(lines: Sequence[PrintedLine]) -> str | None:
    """The largest text of the first page, if it is larger than the rest and not too long."""
    worded = [line for line in lines if sum(map(str.isalpha, line.text)) > 2]
    if not worded:
        return None
    size = max(line.size for line in worded)
    run = [line for line in worded if line.size > 0.97 * size]
    start = worded.index(run[0])
    run = list(takewhile(lambda line: line.size > 0.97 * size, worded[start:]))
    text = weave([Row(text=line.text) for line in run], {})[0]
    larger = size > 1.15 * body_size(lines) or len(run) < 0.3 * len(worded)
    return text if larger and len(text.split()) < 40 else None


def _authors(author: str, text: str) -> tuple[str, ...]:
    """The metadata's authors, if they are names that the first page prints too."""
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
    """A year that the first page prints as its date, not later than the file was made."""
    years = {int(a or b) for a, b in _DATE.findall(text)}
    latest = created or 2100
    likely = [year for year in years if _FIRST_YEAR <= year <= latest]
    return max(likely) if likely else None
