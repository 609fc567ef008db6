"""BibTeX: entries with their fields, accents and abbreviations. https://www.bibtex.org/Format"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from kb.models import Bibliography
from pipelines.pull.connectors.listed import Listed
from pipelines.pull.connectors.ris import upright
from pipelines.pull.records import Address
from pipelines.pull.tidy import doi_of, names, web_address, words, year_of

ENTRY = re.compile(r"@\s*(\w+)\s*([{(])")
FIELD = re.compile(r"\s*,?\s*([A-Za-z][\w:-]*)\s*=\s*")
BARE = re.compile(r"[^\s,#{}()\"]+")
ACCENT = re.compile(r"""\\(["'`^~=.uvHck])\s*(?:\{\s*\\?([A-Za-z])\s*\}|\\?([A-Za-z]))""")
MARKS = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328",
}  # fmt: skip
LETTERS = {
    r"\ss": "ß", r"\ae": "æ", r"\AE": "Æ", r"\oe": "œ", r"\o": "ø", r"\O": "Ø", r"\aa": "å",
    r"\AA": "Å", r"\l": "ł", r"\L": "Ł", r"\&": "&", r"\%": "%", r"\_": "_", r"\$": "$", r"\#": "#",
    "---": "—", "--": "–", "``": "“", "''": "”", "~": " ",
}  # fmt: skip
LETTER = re.compile(
    "|".join(
        re.escape(each) + (r"(?![A-Za-z])\s?" if each[-1].isalpha() else "")
        for each in sorted(LETTERS, key=len, reverse=True)
    )
)
NO_WORKS = {"comment", "preamble", "string"}


def read_bibtex(text: str) -> list[Listed]:
    """Read the works of a file."""
    strings: dict[str, str] = {}
    works = []
    for kind, fields in entries(text, strings):
        if kind == "string":
            strings |= fields
        elif kind not in NO_WORKS:
            works.append(work(kind, fields))
    return works


def entries(text: str, strings: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each entry's kind with its fields; `strings` are the abbreviations known so far."""
    place = 0
    while found := ENTRY.search(text, place):
        kind = found.group(1).lower()
        body, place = enclosed(text, found.end() - 1)
        if kind == "string":
            yield kind, fields_of(body, strings)
        else:
            yield kind, fields_of(body.partition(",")[2], strings)


def enclosed(text: str, start: int) -> tuple[str, int]:
    """Give what stands between the bracket at `start` and its fellow, and where that ends."""
    opening, depth = text[start], 0
    closing = {"{": "}", "(": ")", '"': '"'}[opening]
    for place in range(start + 1, len(text)):
        char = text[place]
        if text[place - 1] == "\\":
            continue
        if char == closing and depth == 0:
            return text[start + 1 : place], place + 1
        depth += (char == "{") - (char == "}")
    return text[start + 1 :], len(text)


def fields_of(body: str, strings: dict[str, str]) -> dict[str, str]:
    """Give the fields of an entry, names in small letters."""
    fields: dict[str, str] = {}
    place = 0
    while found := FIELD.match(body, place):
        value, place = value_at(body, found.end(), strings)
        fields.setdefault(found.group(1).lower(), value)
    return fields


def value_at(body: str, place: int, strings: dict[str, str]) -> tuple[str, int]:
    """Give a value that begins at `place`, its parts joined, and where it ends."""
    parts = []
    while place < len(body):
        if body[place] in '{"':
            part, place = enclosed(body, place)
            parts.append(part)
        elif bare := BARE.match(body, place):
            parts.append(strings.get(bare.group().lower(), bare.group()))
            place = bare.end()
        joint = re.compile(r"\s*#\s*").match(body, place)
        if not joint:
            break
        place = joint.end()
    return "".join(parts), place


def work(kind: str, fields: dict[str, str]) -> Listed:
    """Give what an entry says of its work, and the files that it names."""
    makers = re.split(r"\s+and\s+", fields.get("author", ""))
    issuer = ("publisher", "institution", "journal", "journaltitle", "school", "organization")
    about = Bibliography(
        title=plain(fields.get("title")),
        authors=names([upright(plain(name) or "") for name in makers if name != "others"]),
        year=year_of(fields.get("year") or fields.get("date")),
        publisher=next((plain(fields[name]) for name in issuer if name in fields), None),
        kind={"techreport": "report"}.get(kind, kind),
        url=web_address(unescaped(fields.get("url", ""))),
        doi=doi_of(unescaped(fields.get("doi", ""))),
        language=plain(fields.get("language")),
    )
    pdf = about.url if about.url and about.url.lower().endswith(".pdf") else None
    return about, [Address(pdf, "pdf")] if pdf else []


def unescaped(text: str) -> str:
    """Give an address or a DOI without what BibTeX needs to hold it."""
    return re.sub(r"\\([_%&#~])", r"\1", text).removeprefix(r"\url{").strip("{} ")


def plain(value: str | None) -> str | None:
    """Give a value with its accents and signs as letters, and without braces."""
    if value is None:
        return None
    text = ACCENT.sub(accented, value)
    text = LETTER.sub(lambda found: LETTERS[found.group().strip() or " "], text)
    return words(re.sub(r"\\[A-Za-z]+\s?|[{}]", "", text))


def accented(found: re.Match[str]) -> str:
    """Give a letter with its mark."""
    letter = found.group(2) or found.group(3)
    return unicodedata.normalize("NFC", letter + MARKS[found.group(1)])
