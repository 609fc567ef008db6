"""Sitemaps: the pages and files that a site lists. https://www.sitemaps.org/protocol.html"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urldefrag

from kb.errors import Unfetchable
from pipelines.pull.connectors.markup import children, name_of, parse, text_of
from pipelines.pull.records import Address, Ask, Page, Reply, Settings, Source, Wanted
from pipelines.pull.tidy import web_address

DEEPEST = 3
"""Indexes within each other; the protocol has one, and a site may make new ones for ever."""


def first(source: Source, settings: Settings) -> tuple[Ask, ...]:
    """Ask for the sitemap."""
    return (Ask(reader="sitemap", url=source.where),)


def read(reply: Reply, ask: Ask, settings: Settings) -> Page:
    """Want what a sitemap lists; ask for the sitemaps that an index of them lists."""
    root = parse(reply.content, "the sitemap", ("urlset", "sitemapindex"))
    inner = "sitemap" if name_of(root) == "sitemapindex" else "url"
    found = [web_address(text_of(each, "loc")) for each in children(root, inner)]
    urls = tuple(dict.fromkeys(urldefrag(url).url for url in found if url))
    if inner == "sitemap" and ask.depth == DEEPEST:
        raise Unfetchable(f"is an index within {DEEPEST} others; name the sitemap that is meant")
    if inner == "sitemap":
        return Page(more=tuple(replace(ask, url=url, depth=ask.depth + 1) for url in urls))
    return Page(wanted=tuple(Wanted(key=url, addresses=(Address(url),)) for url in urls))
