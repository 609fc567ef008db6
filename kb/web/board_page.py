"""The page of the outcome board: an effect direction plot of measures and documents."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from kb.errors import NoSuchId
from kb.labels import Labels
from kb.synthesis.board import (
    MOST_DOCUMENTS,
    WAYS,
    Board,
    Mark,
    Measure,
    Reporter,
    Way,
    draw_board,
    is_contrasting,
)
from kb.synthesis.plan import BoardPlan, Plan
from kb.synthesis.quotes import Wanted, known
from kb.web.counted import kept
from kb.web.drawn import counted, weak_words
from kb.web.labels import Base
from kb.web.quotes_page import plan_of, quotes_href
from kb.web.respond import json_page, page, wants_json, whole_number

GLYPHS: dict[Way, tuple[str, str]] = {
    "up": ("▲", "△"),
    "down": ("▼", "▽"),
    "same": ("◀▶", "◁▷"),
    "other": ("◆", "◇"),
}
"""For what was found, and for what was not."""
WAY_WORDS = {"up": "up", "down": "down", "same": "no change", "other": "mixed or unclear"}
JUDGED_WORDS = {"good": "judged good", "bad": "judged bad", "both": "judged good and bad"}
LAST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnMark:
    """A mark with its sign, its address and what it says aloud."""

    mark: Mark
    glyph: str
    href: str
    about: str


async def board_view(datasette: Any, request: Any, base: Base) -> Any:
    """Show the plot of one kind of outcome."""
    plan = await plan_of(datasette, base)
    if plan.board is None:
        raise NoSuchId("This codebook does not say which values are directions; see pages.yml")
    board_plan, group = plan.board, request.args.get("group") or ""
    start = whole_number("start", request.args.get("start") or "0", 0, LAST)
    wider = base.labels.attributes[board_plan.measure].within
    if group:
        known(group, base.labels.values_of(wider), "kind of outcome")
    board = await count_board(datasette, base, plan, group=group, start=start)
    if board is None:
        raise NoSuchId("No document here reports an outcome")
    draw = Drawer(datasette.urls, base.labels, board_plan, board)
    if wants_json(request):
        return json_page(draw.as_json())
    facts = draw.facts() | {"weak_words": weak_words(plan.weak, base.labels)}
    return await page(datasette, request, "kb_board.html", facts, base)


async def count_board(
    datasette: Any, base: Base, plan: Plan, *, group: str = "", start: int = 0
) -> Board | None:
    """Count what a board shows, once a build."""
    board_plan = plan.board
    if board_plan is None:
        return None
    return await kept(
        datasette,
        base,
        ("board", group, start),
        lambda db: draw_board(db, base.labels, board_plan, plan.weak, group=group, start=start),
    )


@dataclass(frozen=True, slots=True)
class Drawer:
    """Turns a board into what a template and JSON show."""

    urls: Any
    labels: Labels
    plan: BoardPlan
    board: Board

    def facts(self) -> dict[str, Any]:
        """Give all that the template shows."""
        board = self.board
        after = board.start + MOST_DOCUMENTS
        return {
            "board": board,
            "code": self.labels.codes[self.plan.code],
            "rows": [(each, self.squares(each)) for each in board.documents],
            "heads": [(each, self.href(measure=each.id)) for each in board.measures],
            "ways": [(way, *GLYPHS[way], WAY_WORDS[way]) for way in WAYS],
            "groups": [(each, self.address(each.id, 0)) for each in board.groups],
            "next": "" if board.last else self.address(board.group.id, after),
        }

    def address(self, group: str, start: int) -> str:
        """Give the query string of a group's plot."""
        return urlencode({"group": group} | ({"start": start} if start else {}))

    def squares(self, document: Reporter) -> list[tuple[Measure, list[DrawnMark], bool]]:
        """Give what stands in each square of a document's row, and whether it contrasts."""
        found = []
        for measure in self.board.measures:
            marks = self.board.marks.get((document.id, measure.id), ())
            shown = [self.drawn(document, measure, each) for each in marks]
            found.append((measure, shown, is_contrasting(marks)))
        return found

    def drawn(self, document: Reporter, measure: Measure, mark: Mark) -> DrawnMark:
        """Give one mark."""
        words = [
            self.named(self.plan.direction, mark.directions) or WAY_WORDS[mark.way],
            self.named(self.plan.standing, mark.standings),
            JUDGED_WORDS.get(mark.judged, ""),
            counted(mark.claims, "claim"),
            "only weak" if not mark.strong else "",
        ]
        about = f"{measure.label}, {document.title}: {', '.join(filter(None, words))}"
        href = self.href(measure=measure.id, document=document.id, mark=mark)
        glyph = GLYPHS[mark.way][0 if mark.found else 1]
        return DrawnMark(mark=mark, glyph=glyph, href=href, about=about)

    def named(self, attribute: str, values: tuple[str, ...]) -> str:
        """Give values in words."""
        known_values = self.labels.values_of(attribute)
        return " and ".join(known_values[v].label.lower() for v in values if v in known_values)

    def href(self, *, measure: str, document: str = "", mark: Mark | None = None) -> str:
        """Give the address of the quotations behind a mark, or behind a whole column."""
        values = {self.plan.measure: measure}
        wider = self.labels.attributes[self.plan.measure].within
        if wider:
            values[wider] = self.board.group.id
        if mark and len(mark.directions) == 1:
            values[self.plan.direction] = mark.directions[0]
        if mark and len(mark.standings) == 1:
            values[self.plan.standing] = mark.standings[0]
        wanted = Wanted(code=self.plan.code, values=values, document=document)
        return quotes_href(self.urls, wanted)

    def as_json(self) -> dict[str, Any]:
        """Give the board as JSON shows it."""
        board = self.board
        return {
            "group": asdict(board.group),
            "groups": [asdict(each) for each in board.groups],
            "measures": [asdict(each) for each in board.measures],
            "documents": [asdict(each) for each in board.documents],
            "marks": [
                {"document_id": row.id, "measure": measure.id, "contrasting": contrasting}
                | asdict(each.mark)
                | {"href": each.href}
                for row in board.documents
                for measure, marks, contrasting in self.squares(row)
                for each in marks
            ],
            "start": board.start,
            "last": board.last,
        }
