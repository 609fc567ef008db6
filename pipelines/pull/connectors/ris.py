"""RIS, the tagged lines of reference managers. https://en.wikipedia.org/wiki/RIS_(file_format)"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.models import Bibliography
from pipelines.pull.connectors.listed import Listed
from pipelines.pull.records import Address
from pipelines.pull.tidy import doi_of, names, web_address, words, year_of

LINE = re.compile(r"([A-Z][A-Z0-9]) {1,2}- ?(.*)")
KINDS = {"RPRT": "report", "JOUR": "article", "GOVDOC": "report", "THES": "thesis", "BOOK": "book"}


def read_ris(text: str) -> list[Listed]:
    """Read the works of a file."""
    return [work(tags) for tags in records(text)]


def records(text: str) -> Iterator[dict[str, list[str]]]:
    """Yield each record as its tags with their values; a line without a tag goes on."""
    tags: dict[str, list[str]] = {}
    last: list[str] = []
    for line in text.splitlines():
        found = LINE.fullmatch(line.strip())
        if not found:
            if last and line.strip():
                last[-1] += " " + line.strip()
            continue
        tag, value = found.groups()
        if tag == "ER":
            yield tags
            tags, last = {}, []
        else:
            last = tags.setdefault(tag, [])
            last.append(value)
    if tags:
        yield tags


def work(tags: dict[str, list[str]]) -> Listed:
    """Give what a record says of its work, and the files that it names."""
    url = first(tags, "UR")
    about = Bibliography(
        title=words(first(tags, "TI", "T1", "CT", "BT")),
        authors=names([upright(name) for tag in ("AU", "A1") for name in tags.get(tag, [])]),
        year=year_of(first(tags, "PY", "Y1", "DA")),
        publisher=words(first(tags, "PB", "JO", "JF", "T2")),
        kind=KINDS.get((first(tags, "TY") or "").strip()),
        url=web_address(url),
        doi=doi_of(first(tags, "DO")) or doi_of(url),
        language=words(first(tags, "LA")),
    )
    files = [web_address(each) for each in tags.get("L1", [])]
    return about, [Address(each, "pdf") for each in files if each]


def first(tags: dict[str, list[str]], *wanted: str) -> str | None:
    """Give the first value of the first of some tags that is there."""
    return next((tags[tag][0] for tag in wanted if tags.get(tag)), None)


def upright(name: str) -> str:
    """Give "Oar, Ann" as "Ann Oar"."""
    family, comma, given = name.partition(",")
    return f"{given.strip(' ,')} {family.strip()}".strip() if comma else name.strip()
