"""Unpaywall: where a work with a DOI may be read freely. https://unpaywall.org/products/api"""

from __future__ import annotations

from typing import Any

from kb.errors import Unfetchable
from kb.licences import licence_id
from kb.models import Bibliography
from pipelines.pull.apis import service_url
from pipelines.pull.records import Address, Ask, Page, Reply, Settings, Skipped, Wanted, merged
from pipelines.pull.tidy import json_object, names, needed, objects, web_address, words, year_of

CLOSED = "has no open copy that Unpaywall knows; put yours into corpus/raw"


def first(about: Bibliography, settings: Settings) -> tuple[Ask, ...]:
    """Ask for the open copies of a work whose DOI is known."""
    if not settings.contact:
        raise Unfetchable("Unpaywall wants to know who asks; say settings.contact or --contact")
    query = {"email": settings.contact}
    url = service_url(settings, "unpaywall", about.doi or "", query)
    return (Ask(reader="unpaywall", url=url, about=about),)


def read(reply: Reply, ask: Ask, settings: Settings) -> Page:
    """Want the work from its best open copy, or else from another."""
    found = json_object(reply.content, "Unpaywall")
    needed(found.get("doi"), str, "Unpaywall")
    key = ask.about.doi or ""
    places = objects([found.get("best_oa_location")]) + objects(found.get("oa_locations"))
    addresses = tuple(dict.fromkeys(each for place in places for each in addresses_of(place)))
    if not addresses:
        return Page(skipped=(Skipped(key, CLOSED),))
    licence = next((each for each in map(licence_of, places) if each), None)
    about = merged(Bibliography(licence=licence), merged(ask.about, work(found)))
    return Page(wanted=(Wanted(key=key, addresses=addresses, about=about),))


def addresses_of(place: dict[str, Any]) -> list[Address]:
    """Give where a copy may be had, its PDF first."""
    pdf, page = web_address(place.get("url_for_pdf")), web_address(place.get("url"))
    found = [Address(pdf, "pdf")] if pdf else []
    return [*found, Address(page)] if page and page != pdf else found


def licence_of(place: dict[str, Any]) -> str | None:
    """Give the licence of a copy."""
    return licence_id(words(place.get("license")))


def work(found: dict[str, Any]) -> Bibliography:
    """Give what Unpaywall itself knows of a work."""
    people = objects(found.get("z_authors"))
    return Bibliography(
        title=words(found.get("title")),
        authors=names([name_of(person) for person in people]),
        year=year_of(found.get("year")),
        publisher=words(found.get("journal_name")) or words(found.get("publisher")),
        kind=words(found.get("genre")),
    )


def name_of(person: dict[str, Any]) -> str:
    """Give a person's name as it is read."""
    parts = (person.get("given"), person.get("family"))
    whole = " ".join(each for each in parts if isinstance(each, str))
    return whole or str(person.get("raw_author_name") or "")
