"""The designs: what a master is made to look like, and by which typesetter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True, kw_only=True)
class Design:
    """One document: a master, a typesetter, and the choices of its designer; sizes in points."""

    name: str
    setter: str
    master: str
    columns: int = 1
    gutter: float = 18
    justify: bool = True
    indent: bool = True  # paragraphs by an indent of their first line; else by a gap
    heads: str = "larger"  # larger, bold, coloured, numbered, caps, small
    box: str = "fill"  # fill, frame, rules, tint
    table: str = "ruled"  # ruled, horizontal, plain, zebra
    landscape: bool = False
    order: str = "natural"  # of the stream: natural, shuffled, columns, first, last
    drop_cap: bool = False
    hyphenate: bool = True
    size: float = 10


@dataclass(frozen=True)
class Typeset:
    """A PDF with what is known of it: the page of each unit of the body, and the furniture."""

    pdf: bytes
    pages: dict[str, int]
    furniture: tuple[tuple[int, str], ...]


def designs() -> list[Design]:
    """All designs of designs.yml."""
    path = Path(__file__).parent / "designs.yml"
    return [Design(**each) for each in yaml.safe_load(path.read_text(encoding="utf-8"))]


def running_head(title: str, page: int) -> str:
    """The running head: the title on even pages, the publisher on odd ones; none on the first."""
    if page == 1:
        return ""
    return "Partnership for Joined-up Care" if page % 2 else title.split(":")[0]


def running_foot(design: Design, page: int) -> str:
    """The foot: a bare number, or one with words."""
    return f"Page {page}" if design.columns == 1 else str(page)


def furniture(design: Design, title: str, pages: int) -> tuple[tuple[int, str], ...]:
    """The page and the words of every running head and foot."""
    return tuple(
        (page, text)
        for page in range(1, pages + 1)
        for text in (running_head(title, page), running_foot(design, page))
        if text
    )
