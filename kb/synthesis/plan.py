"""What the pages draw of a codebook's claims: maps, a board, and what counts as weak; all data.

A codebook says so in the file pages.yml beside it; maps follow from any codebook without one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kb.checked_yaml import CheckedYaml, Place
from kb.codebook_files import codebook_file
from kb.errors import InvalidCodebook
from kb.labels import AttributeLabel, Labels

FILE_NAME = "pages.yml"
CODE = "code"
NEAR = ("statement", "passage", "document")
TOP_KEYS = ("examples", "weak", "maps", "board")
MAP_KEYS = ("title", "rows", "columns", "code", "within")
BOARD_TEXTS = ("code", "measure", "words", "direction", "judged", "standing")
BOARD_LISTS = ("up", "down", "same", "good", "bad", "found")
BELOW = "below"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPlan:
    """A map: claims of `code`, or of all codes, counted by what `rows` and `columns` name.

    Each names an attribute, a kind of entity, or "code". Where they are noted of claims that are
    not the same, `within` says how near these must stand: statement, passage or document.
    """

    id: str
    title: str
    rows: str
    columns: str
    code: str = ""
    within: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weak:
    """A claim is weak if it has one of these values, or a confidence below a figure."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    below: float = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPlan:
    """A plot of directions: which attribute holds what, and which values mean up, good and so on.

    `words` is the free text that names the measure in the document's own words.
    """

    code: str
    measure: str
    words: str
    direction: str
    judged: str
    standing: str
    up: tuple[str, ...]
    down: tuple[str, ...]
    same: tuple[str, ...]
    good: tuple[str, ...]
    bad: tuple[str, ...]
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that the pages draw, and questions to try."""

    examples: tuple[str, ...] = ()
    weak: Weak = field(default_factory=Weak)
    maps: tuple[MapPlan, ...] = ()
    board: BoardPlan | None = None


def load_plan(db: Database, labels: Labels) -> Plan:
    """Give what the pages draw of a knowledge base; raises InvalidCodebook.

    What names things that this base does not know, as an older one may not, is left out.
    """
    kinds = [row[0] for row in db.conn.execute("select id from entity_kinds order by rowid")]
    path = codebook_file(db, FILE_NAME)
    said = read_plan(path) if path else Plan()
    maps = tuple(each for each in said.maps if fits(each, labels, kinds))
    board = said.board if said.board and board_fits(said.board, labels) else None
    weak = Weak(
        values={k: v for k, v in said.weak.values.items() if k in labels.attributes},
        below=said.weak.below,
    )
    return Plan(
        examples=said.examples,
        weak=weak,
        maps=maps or tuple(derived_maps(labels, kinds)),
        board=board,
    )


def read_plan(path: Path) -> Plan:
    """Read a pages.yml; raises InvalidCodebook, naming the line."""
    file = CheckedYaml(path, InvalidCodebook)
    data = file.mapping(file.data, (), TOP_KEYS)
    maps = file.mapping(data.get("maps", {}), ("maps",))
    return Plan(
        examples=file.texts(data.get("examples", []), ("examples",)),
        weak=_weak(file, data.get("weak", {})),
        maps=tuple(_map(file, id, body) for id, body in maps.items()),
        board=_board(file, data["board"]) if "board" in data else None,
    )


def _weak(file: CheckedYaml, data: Any) -> Weak:
    given = dict(file.mapping(data, ("weak",)))
    below = given.pop(BELOW, Weak().below)
    if isinstance(below, bool) or not isinstance(below, (int, float)) or not 0 <= below <= 1:
        raise file.complaint(("weak", BELOW), "a confidence from 0 to 1 is needed")
    values = {name: file.texts(given[name], ("weak", name)) for name in given}
    return Weak(values=values, below=float(below))


def _map(file: CheckedYaml, id: str, body: Any) -> MapPlan:
    place: Place = ("maps", id)
    file.mapping(body, place, MAP_KEYS)
    texts = {key: file.text(body, (*place, key)) for key in ("title", "rows", "columns")}
    within = file.one_of(body.get("within", ""), ("", *NEAR), (*place, "within"))
    return MapPlan(id=id, code=body.get(CODE, ""), within=within, **texts)


def _board(file: CheckedYaml, body: Any) -> BoardPlan:
    file.mapping(body, ("board",), (*BOARD_TEXTS, *BOARD_LISTS))
    given: dict[str, Any] = {key: file.text(body, ("board", key)) for key in BOARD_TEXTS}
    for key in BOARD_LISTS:
        given[key] = file.texts(body.get(key, []), ("board", key))
    return BoardPlan(**given)


def fits(plan: MapPlan, labels: Labels, kinds: list[str]) -> bool:
    """Say whether a base knows all that a map names."""
    known = {CODE, *kinds, *(id for id, each in labels.attributes.items() if each.values)}
    return {plan.rows, plan.columns} <= known and plan.code in {"", *labels.codes}


def board_fits(plan: BoardPlan, labels: Labels) -> bool:
    """Say whether a base knows all that a board names."""
    names = (plan.measure, plan.direction, plan.judged, plan.standing)
    return (
        plan.code in labels.codes
        and plan.words in labels.attributes
        and all(labels.values_of(name) for name in names)
    )


def derived_maps(labels: Labels, kinds: list[str]) -> Iterator[MapPlan]:
    """Yield the maps that follow from a codebook: pairs of what is noted of the same claims."""
    own = [each for each in labels.attributes.values() if is_telling(each, labels)]
    shared = [each for each in own if len(each.codes) > 1]
    for each in shared:
        yield MapPlan(id=each.id, title=f"{each.label} by code", rows=each.id, columns=CODE)
    for code in labels.codes.values():
        match [each for each in own if each.codes == (code.id,)]:
            case [a, b, *_]:
                title = f"{code.plural}: {a.label.lower()} by {b.label.lower()}"
                yield MapPlan(id=code.id, title=title, rows=a.id, columns=b.id, code=code.id)
            case [a]:
                yield MapPlan(id=a.id, title=f"{a.label} by code", rows=a.id, columns=CODE)
    if kinds and (rows := [*shared, *own]):
        title = f"{kinds[0].capitalize()}: {rows[0].label.lower()}"
        yield MapPlan(id=f"named_{kinds[0]}", title=title, rows=kinds[0], columns=rows[0].id)


def is_telling(attribute: AttributeLabel, labels: Labels) -> bool:
    """Say whether an attribute is worth a map by itself: listed, of some codes, and no detail."""
    return (
        bool(attribute.values)
        and not attribute.within
        and (len(attribute.codes) < len(labels.codes) or len(labels.codes) == 1)
    )
