"""RSS and Atom: what a site has published of late. RFC 4287 and https://www.rssboard.org/rss-specification"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from kb.models import Bibliography
from pipelines.pull.connectors.markup import children, name_of, parse, text_of
from pipelines.pull.records import Address, Ask, Page, Reply, Settings, Source, Wanted
from pipelines.pull.tidy import joined, names, web_address, year_of

DATES = ("pubDate", "published", "date", "updated")
FILES = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}


def first(source: Source, settings: Settings) -> tuple[Ask, ...]:
    """Ask for the feed."""
    return (Ask(reader="feed", url=source.where),)


def read(reply: Reply, ask: Ask, settings: Settings) -> Page:
    """Want what each entry leads to, its report rather than its page; ask for older entries."""
    root = parse(reply.content, "the feed", ("rss", "feed", "RDF"))
    entries = [each for each in root.iter() if name_of(each) in ("item", "entry")]
    wanted = [entry(each, reply.url) for each in entries]
    older = [link for link in children(root, "link") if link.get("rel") == "next"]
    found = [joined(reply.url, link.get("href")) for link in older]
    return Page(
        wanted=tuple(each for each in wanted if each.addresses),
        more=tuple(Ask(reader="feed", url=url) for url in found[:1] if url),
    )


def entry(element: Element, base: str) -> Wanted:
    """Want what an entry of a feed leads to."""
    addresses = [each for each in (*enclosures(element, base), page_of(element, base)) if each]
    people = [text_of(each, "name") or "".join(each.itertext()) for each in makers(element)]
    return Wanted(
        key=text_of(element, "guid", "id") or (addresses[0].url if addresses else ""),
        addresses=tuple(addresses),
        about=Bibliography(
            title=text_of(element, "title"),
            authors=names(people),
            year=year_of(text_of(element, *DATES)),
        ),
    )


def makers(element: Element) -> list[Element]:
    """Give the elements that name an entry's authors."""
    return [*children(element, "author"), *children(element, "creator")]


def enclosures(element: Element, base: str) -> list[Address]:
    """Give the reports that are attached to an entry."""
    links = [link for link in children(element, "link") if link.get("rel") == "enclosure"]
    found = []
    for each in (*children(element, "enclosure"), *links):
        url = joined(base, each.get("url") or each.get("href"))
        if url and (each.get("type") or "") in FILES:
            found.append(Address(url, FILES[each.get("type") or ""]))
    return found


def page_of(element: Element, base: str) -> Address | None:
    """Give the page of an entry."""
    for link in children(element, "link"):
        place = link.get("href") or "".join(link.itertext()).strip()
        if place and link.get("rel") in (None, "alternate"):
            url = joined(base, place)
            return Address(url) if url else None
    guid = web_address(text_of(element, "guid"))
    return Address(guid) if guid else None
