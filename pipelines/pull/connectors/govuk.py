"""GOV.UK: a page with its files, or a collection of pages. https://content-api.publishing.service.gov.uk

Fields are those of https://docs.publishing.service.gov.uk/content-schemas/publication.html and
document_collection.html.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

from kb.licences import licence_id
from kb.models import Bibliography
from pipelines.pull.apis import load_services, service_url
from pipelines.pull.records import Address, Ask, Page, Reply, Settings, Skipped, Source, Wanted
from pipelines.pull.tidy import (
    json_object,
    names,
    needed,
    objects,
    part,
    web_address,
    words,
    year_of,
)

READ = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "text/html": "html",
    "text/plain": "",
}


def first(source: Source, settings: Settings) -> tuple[Ask, ...]:
    """Ask for a page's content."""
    return (ask_for(source.where, settings),)


def ask_for(path: str, settings: Settings) -> Ask:
    """Ask for the content of the page at a path."""
    return Ask(reader="govuk", url=service_url(settings, "govuk", path, {}))


def read(reply: Reply, ask: Ask, settings: Settings) -> Page:
    """Want a page's files, or the page itself where it has none; ask for a collection's pages."""
    item = json_object(reply.content, "GOV.UK")
    if needed(item.get("document_type"), str, "GOV.UK") == "document_collection":
        paths = [words(each.get("base_path")) for each in objects(part(item, "links", "documents"))]
        return Page(more=tuple(ask_for(path, settings) for path in paths if path))
    files = objects(part(item, "details", "attachments"))
    if not files:
        path = words(item.get("base_path")) or ""
        address = Address(site_url(path, settings), "html")
        return Page(wanted=(Wanted(key=path, addresses=(address,), about=about(item)),))
    return files_of(item, files, settings)


def files_of(item: dict[str, Any], files: list[dict[str, Any]], settings: Settings) -> Page:
    """Want those of a page's files that can be read."""
    wanted, skipped = [], []
    for file in files:
        url = web_address(site_url(words(file.get("url")) or "", settings)) or ""
        type = "text/html" if file.get("attachment_type") == "html" else file.get("content_type")
        key = urlsplit(url).path
        if not url or type not in READ:
            skipped.append(Skipped(key, f"is of a type that is not read ({words(type)})"))
            continue
        title = words(file.get("title")) if len(files) > 1 else None
        address = Address(url, READ[type])
        wanted.append(Wanted(key=key, addresses=(address,), about=about(item, title)))
    return Page(wanted=tuple(wanted), skipped=tuple(skipped))


def site_url(path: str, settings: Settings) -> str:
    """Give the address of a page on the site to which the service belongs."""
    return urljoin(settings.apis["govuk"].removesuffix("/api/content") + "/", path)


def about(item: dict[str, Any], title: str | None = None) -> Bibliography:
    """Give the bibliography of a page, or of its file of this title."""
    bodies = objects(part(item, "links", "organisations"))
    return Bibliography(
        title=title or words(item.get("title")),
        authors=names([body.get("title") for body in bodies]),
        year=year_of(item.get("first_published_at") or item.get("public_updated_at")),
        publisher=next(iter(names([body.get("title") for body in bodies])), None),
        kind=(words(item.get("document_type")) or "").replace("_", " ") or None,
        licence=licence_id(load_services()["govuk"].get("licence")),
        language=words(item.get("locale")),
    )
