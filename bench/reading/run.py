"""How well documents are read, scored exactly against known masters, beside other readers.

    python bench/reading/run.py [--only DESIGN] [--misses] [--json]

--only takes a part of a design's name, or several with commas; --misses reads with our own
reader alone and prints every miss. The PDFs are left in build/bench-reading.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict

import pypdfium2 as pdfium
from designs import Design, Typeset, designs
from masters import master
from readers import PEERS, read_ours
from score import Breaks, Point, breaks, score_plain, shares
from speed import print_speed
from store import typeset
from structure import score_ours

Points = dict[str, dict[str, list[Point]]]
"""By tool, then by design."""


def page_texts(pdf: bytes) -> list[str]:
    """The plain text of each page, in which words broken at line ends can be seen."""
    document = pdfium.PdfDocument(pdf)
    texts = []
    for page in document:
        text_page = page.get_textpage()
        texts.append(text_page.get_text_range().replace("\ufffe", "\ufffe\n"))
    document.close()
    return texts


def read_all(chosen: list[Design], *, peers: bool) -> Points:
    """Every chosen document read by us and, if asked for, by every peer."""
    points: Points = defaultdict(dict)
    for design in chosen:
        print(f"{design.name} …", file=sys.stderr, flush=True)
        try:
            made = typeset(design)
        except (ImportError, OSError) as error:
            print(f"LEFT OUT: {design.name} needs {design.setter} ({error})", file=sys.stderr)
            continue
        known = master(design.master)
        broken = breaks(known, page_texts(made.pdf))
        points["ours"][design.name] = score_ours(known, made, read_ours(made.pdf), broken)
        for name in PEERS if peers else ():
            points[name][design.name] = peer_points(name, design, made, broken)
    return points


def peer_points(name: str, design: Design, made: Typeset, broken: Breaks) -> list[Point]:
    """A peer's points on one document."""
    return score_plain(master(design.master), made, PEERS[name](made.pdf), broken)


def print_misses(points: dict[str, list[Point]]) -> None:
    """Every miss: design, page, what was expected and what was got."""
    for design, each in points.items():
        for point in each:
            if not point.right:
                print(f"\n{design}  p. {point.page}  {point.score.upper()}")
                print(f"  expected  {point.expected}\n  got       {point.got}")


def print_designs(points: dict[str, list[Point]]) -> None:
    """Our shares, a line a design, and only what is below 1."""
    print("\nours, by design (what is not named is 1)")
    for design, each in points.items():
        below = {k: v for k, v in shares(each).items() if v < 1}
        print(f"  {design:32}" + (", ".join(f"{k} {v:.3f}" for k, v in below.items()) or "all 1"))


def print_table(points: Points) -> None:
    """A line a score, a column a tool."""
    totals = {tool: shares([p for e in each.values() for p in e]) for tool, each in points.items()}
    units: dict[str, int] = defaultdict(int)
    for each in points["ours"].values():
        for point in each:
            units[point.score] += 1
    print(f"\n{'':20}{'units':>7}" + "".join(f"{tool:>12}" for tool in totals))
    for score, count in units.items():
        cells = (f"{t[score]:12.3f}" if score in t else f"{'–':>12}" for t in totals.values())
        print(f"{score:20}{count:7}" + "".join(cells))


def as_json(points: Points) -> str:
    """All shares, by tool and design."""
    found = {t: {d: shares(each) for d, each in by.items()} for t, by in points.items()}
    return json.dumps(found, indent=1)


def main() -> None:
    """Parse arguments, read, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--only", default="", help="part of a design's name, several with commas")
    parser.add_argument("--misses", action="store_true", help="every miss of ours, and no peers")
    parser.add_argument("--json", action="store_true", help="shares by tool and design")
    options = parser.parse_args()
    parts = options.only.split(",")
    chosen = [design for design in designs() if any(part in design.name for part in parts)]
    if not chosen:
        sys.exit(f"No design is named like {options.only!r}; see bench/reading/designs.yml.")
    points = read_all(chosen, peers=not options.misses)
    if options.json:
        print(as_json(points))
        return
    if options.misses:
        print_misses(points["ours"])
    print_designs(points["ours"])
    print_table(points)
    if not options.only and not options.misses:
        print_speed([design for design in chosen if design.name in points["ours"]])


if __name__ == "__main__":
    main()
