"""Public services and lists: how each is asked, and what its answers come to.

`FIRST` gives for a kind of source what to ask first, `READ` what an answer comes to. Both are pure:
what is asked for is fetched elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipelines.pull.connectors import (
    crossref,
    europepmc,
    feed,
    govuk,
    openalex,
    references,
    sitemap,
    unpaywall,
    zotero,
)
from pipelines.pull.records import Ask, Page, Reply, Settings, Source

FIRST: Mapping[str, Callable[[Source, Settings], tuple[Ask, ...]]] = {
    "doi": crossref.first,
    "europepmc": europepmc.first,
    "openalex": openalex.first,
    "govuk": govuk.first,
    "sitemap": sitemap.first,
    "feed": feed.first,
    "zotero": zotero.first,
    "references": references.first,
}
READ: Mapping[str, Callable[[Reply, Ask, Settings], Page]] = {
    "crossref": crossref.read,
    "unpaywall": unpaywall.read,
    "europepmc": europepmc.read,
    "openalex": openalex.read,
    "govuk": govuk.read,
    "sitemap": sitemap.read,
    "feed": feed.read,
    "zotero": zotero.read,
    "references": references.read,
}
