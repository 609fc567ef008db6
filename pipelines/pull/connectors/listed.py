"""Works that somebody has listed: from where each is to be had."""

from __future__ import annotations

from collections.abc import Iterable

from kb.models import Bibliography
from pipelines.pull.connectors import unpaywall
from pipelines.pull.records import Address, Ask, Page, Settings, Skipped, Wanted

Listed = tuple[Bibliography, list[Address]]
"""A work with the files that its list names."""

NOWHERE = "has no file, DOI or address in the list; add one"


def page_of(works: Iterable[Listed], settings: Settings) -> Page:
    """Want each work's file, else an open copy by its DOI, else what its address leads to."""
    wanted: list[Wanted] = []
    more: list[Ask] = []
    skipped: list[Skipped] = []
    for about, files in works:
        if files:
            wanted.append(Wanted(key=key_of(about), addresses=with_page(files, about), about=about))
        elif about.doi:
            more += unpaywall.first(about, settings)
        elif about.url:
            wanted.append(Wanted(key=about.url, addresses=(Address(about.url),), about=about))
        else:
            skipped.append(Skipped(key_of(about), NOWHERE))
    return Page(wanted=tuple(wanted), more=tuple(more), skipped=tuple(skipped))


def key_of(about: Bibliography) -> str:
    """Name a listed work for good."""
    return about.doi or about.url or about.title or "a work without a title"


def with_page(files: list[Address], about: Bibliography) -> tuple[Address, ...]:
    """Give a work's files, and its address for when they cannot be had."""
    return (*files, Address(about.url)) if about.url else tuple(files)
