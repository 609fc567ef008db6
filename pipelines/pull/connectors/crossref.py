"""Crossref: what is known of the work behind a DOI. https://api.crossref.org/swagger-ui"""

from __future__ import annotations

from typing import Any

from kb.licences import licence_id
from kb.models import Bibliography
from pipelines.pull.apis import service_url
from pipelines.pull.connectors import unpaywall
from pipelines.pull.records import Ask, Page, Reply, Settings, Source, merged
from pipelines.pull.tidy import doi_of, json_object, names, needed, objects, part, words, year_of


def first(source: Source, settings: Settings) -> tuple[Ask, ...]:
    """Ask for the work of a DOI."""
    query = {"mailto": settings.contact}
    url = service_url(settings, "crossref", f"works/{source.where}", query)
    return (Ask(reader="crossref", url=url, about=Bibliography(doi=source.where)),)


def read(reply: Reply, ask: Ask, settings: Settings) -> Page:
    """Take over what is known of the work, and ask Unpaywall for an open copy."""
    message = part(json_object(reply.content, "Crossref"), "message")
    needed(part(message, "DOI"), str, "Crossref")
    about = merged(work(message), ask.about)
    return Page(more=unpaywall.first(about, settings))


def work(message: dict[str, Any]) -> Bibliography:
    """Give the bibliography of a work of Crossref."""
    return Bibliography(
        title=words(message.get("title")),
        authors=names([author(each) for each in objects(message.get("author"))]),
        year=year_of(part(message, "issued", "date-parts")),
        publisher=words(message.get("container-title")) or words(message.get("publisher")),
        kind=words(message.get("type")),
        doi=doi_of(message.get("DOI")),
        licence=licence(message),
        language=words(message.get("language")),
    )


def author(person: dict[str, Any]) -> str:
    """Give a person's name as it is read, or that of a body."""
    parts = (person.get("given"), person.get("family") or person.get("name"))
    return " ".join(each for each in parts if isinstance(each, str))


def licence(message: dict[str, Any]) -> str | None:
    """Give the licence of the version of record, if one is stated that is not for data mining."""
    stated = [
        each for each in objects(message.get("license")) if each.get("content-version") != "tdm"
    ]
    stated.sort(key=lambda each: each.get("content-version") != "vor")
    return licence_id(words(stated[0].get("URL"))) if stated else None
