"""A PDF's bookmarks, which say what its headings are and how deep they stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pypdfium2 import PdfiumError

from pipelines.parse.flow import Draft, folded

_MOST = 2_000
_ENOUGH = 3
"""Bookmarks that must be found in print before any is believed; half of all, too."""
_LONGEST = 40
"""Words of a paragraph that a bookmark may make a heading."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of a PDF's outline; pages and depths count from 1."""

    title: str
    page: int
    depth: int


def bookmarks_of(document: Any) -> tuple[Bookmark, ...]:
    """The bookmarks of an open document in order; none if they cannot be read."""
    return tuple(_bookmarks(document))


def _bookmarks(document: Any) -> Iterator[Bookmark]:
    try:
        for count, item in enumerate(document.get_toc(max_depth=6)):
            target = item.get_dest()
            page = target.get_index() if target else None
            title = folded(item.get_title())
            if count < _MOST and page is not None and title:
                yield Bookmark(title, page + 1, item.level + 1)
    except (PdfiumError, ValueError):
        return


def outlined(drafts: Sequence[Draft], bookmarks: Sequence[Bookmark]) -> list[Draft]:
    """The drafts, their headings as deep as the bookmarks say, if these speak of this print."""
    depths = {(_key(mark.title), mark.page): mark.depth for mark in bookmarks}
    found = {at: depth for at, draft in enumerate(drafts) if (depth := _depth(draft, depths))}
    if len(found) < max(_ENOUGH, 0.5 * len(depths)):
        return list(drafts)
    if _has_title_above(drafts, found):
        found = {at: min(depth + 1, 6) for at, depth in found.items()}
    levels = _levels(drafts, found)
    return [
        replace(draft, kind="heading", level=found[at])
        if at in found
        else replace(draft, level=levels[draft.level])
        if draft.kind == "heading" and draft.level in levels
        else draft
        for at, draft in enumerate(drafts)
    ]


def _depth(draft: Draft, depths: dict[tuple[str, int], int]) -> int | None:
    """The depth of the bookmark that a draft is, if it may be a heading."""
    if draft.kind not in ("heading", "paragraph") or not draft.rows:
        return None
    text = " ".join(row.text for row in draft.rows)
    page = draft.rows[0].page
    if page is None or len(text.split()) > _LONGEST:
        return None
    return depths.get((_key(text), page))


def _has_title_above(drafts: Sequence[Draft], found: dict[int, int]) -> bool:
    """Whether a title without a bookmark stands above all that has one, and is set larger."""
    begin = min(found)
    above = [draft.level for draft in drafts[:begin] if draft.kind == "heading"]
    below = [drafts[at].level for at in found if drafts[at].kind == "heading"]
    return bool(above and below) and min(above) < min(below)


def _key(text: str) -> str:
    """A heading's letters alone: bookmarks may lack its number, and hyphens at lines' ends."""
    return "".join(filter(str.isalpha, re.sub(r"^[\divx.]+\s", "", text.casefold())))


def _levels(drafts: Sequence[Draft], found: dict[int, int]) -> dict[int, int]:
    """For each level by looks the depth that most bookmarks give it."""
    pairs = Counter((drafts[at].level, depth) for at, depth in found.items() if drafts[at].level)
    return {level: depth for (level, depth), _ in reversed(pairs.most_common())}
