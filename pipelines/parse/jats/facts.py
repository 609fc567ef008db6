"""What an article in XML says of itself: title, authors, year, journal, licence."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from kb.models import Bibliography
from pipelines.parse.facts import doi_of, language_code, licence_of, year_of
from pipelines.parse.tidy import fold, plain

HREF = "{http://www.w3.org/1999/xlink}href"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def jats_bibliography(root: etree._Element) -> Bibliography:
    """The work as the article's front matter describes it."""
    meta = next((found for path in ("./front/article-meta", "./front", "./book-meta") if
                 (found := root.find(path)) is not None), etree.Element("none"))  # fmt: skip
    return Bibliography(
        title=jats_title(meta),
        authors=tuple(filter(None, map(contributor, authors_of(meta)))),
        year=jats_year(meta),
        publisher=text_at(root, ".//journal-title") or text_at(root, ".//publisher-name"),
        kind=text_at(meta, "./article-categories/subj-group[@subj-group-type='heading']/subject"),
        doi=doi_of(text_at(meta, "./article-id[@pub-id-type='doi']")),
        url=next((link.get(HREF) for link in meta.findall("./self-uri") if is_web(link)), None),
        licence=jats_licence(meta),
        language=language_code(root.get(LANGUAGE)),
    )


def text_at(element: etree._Element, path: str) -> str | None:
    """The text of the first element at the path, or None."""
    found = element.find(path)
    return (fold(plain(found)) or None) if found is not None else None


def is_web(link: etree._Element) -> bool:
    """Whether a link leads to the web and not to a file beside the article."""
    return (link.get(HREF) or "").startswith(("http://", "https://"))


def jats_title(meta: etree._Element) -> str | None:
    """The title without the marks of its notes, the subtitle after a colon."""
    for note in list(meta.iterfind("./title-group//fn")) + list(
        meta.iterfind("./title-group//xref")
    ):
        tail = note.tail
        note.clear()
        note.tail = tail
    title = text_at(meta, "./title-group/article-title") or text_at(
        meta, "./book-title-group/book-title"
    )
    subtitle = text_at(meta, "./title-group/subtitle")
    return f"{title.rstrip(':')}: {subtitle}" if title and subtitle else title


def authors_of(meta: etree._Element) -> Iterator[etree._Element]:
    """The contributors who are authors, those of the article and not of a group."""
    for contributor in meta.iterfind("./contrib-group/contrib"):
        if contributor.get("contrib-type", "author") == "author":
            yield contributor


def contributor(element: etree._Element) -> str:
    """A person's or a group's name in full."""
    names = [text_at(element, f".//{tag}") for tag in ("given-names", "surname", "suffix")]
    plain = text_at(element, "./string-name") or text_at(element, "./name-alternatives/string-name")
    return " ".join(filter(None, names)) or plain or text_at(element, "./collab") or ""


def jats_year(meta: etree._Element) -> int | None:
    """The year of the issue, else the earliest year of publication."""
    dates = meta.findall("./pub-date")
    issue = [date for date in dates if (date.get("pub-type") or date.get("date-type"))
             in ("collection", "ppub", "issue-pub")]  # fmt: skip
    years = [year_of(date.findtext("year")) for date in issue or dates]
    return min(filter(None, years), default=None)


def jats_licence(meta: etree._Element) -> str | None:
    """The licence by its short name."""
    texts: list[str] = []
    for licence in meta.iterfind("./permissions//license"):
        texts += [link.get(HREF) or "" for link in [licence, *licence.iter("ext-link", "uri")]]
        texts.append(" ".join(map(str, licence.itertext())))
    return licence_of(*filter(None, texts))


def tei_bibliography(root: etree._Element) -> Bibliography:
    """The work as a TEI header describes it."""
    source = root.find("./teiHeader//sourceDesc//biblStruct")
    people = source.findall(".//analytic//author/persName") if source is not None else []
    names = [
        fold(" ".join(part.text or "" for part in person.iter("forename", "surname")))
        for person in people
    ]
    date = root.find("./teiHeader//publicationStmt//date")
    return Bibliography(
        title=text_at(root, "./teiHeader//titleStmt/title"),
        authors=tuple(filter(None, names)),
        year=year_of(date.get("when") or date.text) if date is not None else None,
        publisher=text_at(root, "./teiHeader//publicationStmt/publisher"),
        doi=doi_of(text_at(root, "./teiHeader//idno[@type='DOI']")),
        licence=licence_of(text_at(root, "./teiHeader//licence")),
        language=language_code((root.find("./teiHeader") or root).get(LANGUAGE)),
    )
