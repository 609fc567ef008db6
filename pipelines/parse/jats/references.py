"""One line of text for an entry of an article's list of references."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pipelines.parse.tidy import fold, plain

CITATIONS = ("mixed-citation", "element-citation", "citation", "nlm-citation")
NAMES = ("name", "string-name", "collab", "etal", "persName")
PARTS_BEFORE = (
    "article-title",
    "chapter-title",
    "data-title",
    "part-title",
    "title",
    "source",
    "series",
)


def citation_text(entry: etree._Element) -> str:
    """The entry as printed, or put together from its parts where the source has no stops."""
    return " ".join(filter(None, (one_citation(part) for part in citations(entry))))


def citations(entry: etree._Element) -> list[etree._Element]:
    """The citations of an entry: usually one, sometimes several under one number."""
    found = [
        part
        for part in entry.iter(*CITATIONS)
        if next(part.iterancestors(*CITATIONS), None) is None
    ]
    return found or [entry]


def one_citation(citation: etree._Element) -> str:
    """The text of one citation without its number."""
    if citation.tag in ("biblStruct", "bibl"):
        return tei_text(citation)
    if is_punctuated(citation):
        return fold("".join(words_of(citation)))
    return from_parts(citation)


def words_of(citation: etree._Element) -> Iterator[str]:
    """The pieces of a citation's text, without labels."""
    for event, element in etree.iterwalk(citation, events=("start", "end")):
        if event == "start" and element.tag not in ("label", "annotation"):
            yield element.text or ""
        elif event == "end" and element is not citation:
            yield element.tail or (" " if element.tag == "surname" else "")


def is_punctuated(citation: etree._Element) -> bool:
    """Whether the source set the stops itself: there is text between the elements."""
    between = (citation.text or "") + "".join(child.tail or "" for child in citation)
    return len(citation) < 2 or any(not c.isspace() for c in between)


def from_parts(citation: etree._Element) -> str:
    """Authors. Title. Source. Year;volume(issue):pages. doi:…"""
    names = ", ".join(filter(None, map(name_text, citation.iter(*NAMES))))
    titles = [text for tag in PARTS_BEFORE for text in texts(citation, tag)]
    publisher = ": ".join(texts(citation, "publisher-loc") + texts(citation, "publisher-name"))
    doi = [f"doi:{text}" for text in texts(citation, "pub-id[@pub-id-type='doi']")]
    rest = texts(citation, "comment") + texts(citation, "ext-link") + texts(citation, "uri")
    parts = [names, *titles, publisher, place_in_source(citation), *doi, *rest]
    return " ".join(part if part.endswith((".", "?")) else f"{part}." for part in parts if part)


def place_in_source(citation: etree._Element) -> str:
    """Year;volume(issue):first–last page, as far as known."""
    first = {tag: next(iter(texts(citation, tag)), "") for tag in
             ("year", "volume", "issue", "fpage", "lpage", "elocation-id")}  # fmt: skip
    pages = "–".join(filter(None, dict.fromkeys([first["fpage"], first["lpage"]])))
    place = first["volume"] + (f"({first['issue']})" if first["issue"] else "")
    where = ":".join(filter(None, [place, pages or first["elocation-id"]]))
    return ";".join(filter(None, [first["year"], where]))


def texts(citation: etree._Element, path: str) -> list[str]:
    """The text of each part that the path finds."""
    return [fold(plain(part)) for part in citation.findall(f".//{path}")]


def name_text(name: etree._Element) -> str:
    """A name as lists of references have it: surname, then initials."""
    if name.tag == "etal":
        return "et al"
    parts = [name.findtext(tag) or "" for tag in ("surname", "given-names")]
    return fold(" ".join(parts)) or fold(plain(name))


def tei_text(entry: etree._Element) -> str:
    """Authors. Title. Source. Year. doi:… from TEI, or its raw text where GROBID kept it."""
    raw = entry.findtext("note[@type='raw_reference']")
    if raw or len(entry) == 0:
        return fold(raw or entry.text or "")
    names = (fold(" ".join(map(str, name.itertext()))) for name in entry.iter("persName"))
    titles = dict.fromkeys(texts(entry, "title"))
    dates = [date.get("when") or fold(plain(date)) for date in entry.iter("date")]
    ids = [f"doi:{text}" for text in texts(entry, "idno[@type='DOI']")]
    parts = [", ".join(names), *titles, *dates[:1], *ids]
    return " ".join(part if part.endswith((".", "?")) else f"{part}." for part in parts if part)
