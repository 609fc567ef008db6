"""The codebook is data: codes, what is noted with them, decisions and cues, read from YAML."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from kb.checked_yaml import CheckedYaml, Place, listed
from kb.cues import Cue, Target, read_cues
from kb.errors import InvalidCodebook, NoSuchId

SHIPPED = Path(__file__).parent / "codebooks"
FILE_NAME = "codebook.yml"
DEFAULT_CODEBOOK = "integrated_care"

TEXTS = ("label", "definition")
CODE_TEXTS = (*TEXTS, "plural", "view", "exclusion", "question")
TOP_TEXTS = ("title", "version", "language", "description")
TOP_KEYS = ("name", *TOP_TEXTS, "codes", "attributes", "decisions", "cues")
FLAGS = ("many", "needed", "separate", "figure")
LINKS = ("quotes", "reads", "under", "follows")
ATTRIBUTE_KEYS = (*TEXTS, *FLAGS, *LINKS, "table", "codes", "values", "default", "by")
BY_CUES = "cues"
RESERVED = {
    *("id", "statement_id", "document_id", "code", "confidence", "status", "table", "statement"),
    *("quote", "text", "lead_in", "heading", "page", "char_start", "char_end", "box", "cites"),
    *("title", "authors", "year", "publisher", "doi", "url", "licence", "path", "sha256"),
}
"""What else stands in one row with a claim's attributes, in the database or an export."""

Record = TypeVar("Record", "Code", "Attribute")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One answer that an attribute may have; `under` is the wider value that it belongs to."""

    id: str
    label: str
    definition: str
    under: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """What is noted about a claim of one of `codes`; free text where `values` is empty.

    `many`: a claim may have several values. `needed`: it has at least one. `separate`: each value
    makes a claim of its own. `default` is taken where nothing speaks for a value. `quotes` names
    the attribute whose cues find the words that a free text quotes from its statement. `figure`:
    a free text that is stored as a number and its unit too. `reads` names a free text in whose
    words the value's cues are sought, and `by` is "cues" where they are sought in the statement:
    only a second coder is asked. `under` names the attribute to whose values these belong, and
    `follows` the one above it with whose value, where words overrule that, this one falls to its
    default.
    """

    name: str
    label: str
    definition: str
    table: str | None
    codes: tuple[str, ...]
    many: bool
    values: tuple[Value, ...]
    needed: bool = False
    separate: bool = False
    default: str = ""
    quotes: str = ""
    figure: bool = False
    reads: str = ""
    by: str = ""
    under: str = ""
    follows: str = ""

    @property
    def asked(self) -> bool:
        """Say whether scores tell a value: the attribute has some, and no words alone do."""
        return bool(self.values) and not (self.reads or self.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code and what it means; `view` is the table of its claims, `question` what it answers."""

    id: str
    label: str
    plural: str
    view: str
    definition: str
    exclusion: str
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """A checked codebook; `sha256` is that of the file at `path`."""

    name: str
    title: str
    version: str
    language: str
    description: str
    codes: tuple[Code, ...]
    attributes: tuple[Attribute, ...]
    decisions: tuple[str, ...]
    cues: tuple[Cue, ...]
    sha256: str
    path: Path

    def code(self, id: str) -> Code:
        """Return a code; raises NoSuchId."""
        return _find(id, {code.id: code for code in self.codes}, "code")

    def attribute(self, name: str) -> Attribute:
        """Return an attribute; raises NoSuchId."""
        return _find(name, {each.name: each for each in self.attributes}, "attribute")

    def attributes_of(self, code: str) -> tuple[Attribute, ...]:
        """Return what is noted about claims of a code, in the codebook's order."""
        return tuple(each for each in self.attributes if code in each.codes)


def load_codebook(name_or_path: str = DEFAULT_CODEBOOK) -> Codebook:
    """Read a shipped codebook by its name, or any by its folder or file; raises InvalidCodebook."""
    file = CheckedYaml(_codebook_path(name_or_path), InvalidCodebook)
    data = file.mapping(file.data, (), TOP_KEYS)
    codes = tuple(_codes(file, data))
    attributes = tuple(_attributes(file, data, [code.id for code in codes]))
    _check_links(file, attributes)
    return Codebook(
        name=file.id(data.get("name"), ("name",)),
        **{key: file.text(data, (key,)) for key in TOP_TEXTS},
        codes=codes,
        attributes=attributes,
        decisions=file.texts(data.get("decisions", []), ("decisions",)),
        cues=tuple(read_cues(file, data.get("cues", {}), _targets(codes, attributes))),
        sha256=hashlib.sha256(file.content).hexdigest(),
        path=file.path,
    )


def shipped_codebooks() -> list[str]:
    """Return the names of the codebooks that come with the package."""
    return sorted(path.parent.name for path in SHIPPED.glob(f"*/{FILE_NAME}"))


def _codebook_path(name_or_path: str) -> Path:
    given = Path(name_or_path)
    for path in (SHIPPED / name_or_path / FILE_NAME, given / FILE_NAME, given):
        if path.is_file():
            return path
    raise InvalidCodebook(
        f"there is no codebook {name_or_path!r}: name a shipped one "
        f"({', '.join(shipped_codebooks())}) or a folder that holds {FILE_NAME}"
    )


def _find(id: str, records: Mapping[str, Record], noun: str) -> Record:
    if id not in records:
        raise NoSuchId(f"the codebook has no {noun} {id!r}; it has {', '.join(records)}")
    return records[id]


def _codes(file: CheckedYaml, data: Mapping[str, Any]) -> Iterator[Code]:
    for id, body in file.mapping(data.get("codes"), ("codes",)).items():
        place = ("codes", id)
        file.mapping(body, place, CODE_TEXTS)
        texts = {key: file.text(body, (*place, key)) for key in CODE_TEXTS}
        file.id(texts["view"], (*place, "view"))
        yield Code(id=id, **texts)


def _attributes(
    file: CheckedYaml, data: Mapping[str, Any], codes: Collection[str]
) -> Iterator[Attribute]:
    every = file.mapping(data.get("attributes", {}), ("attributes",))
    for name, body in every.items():
        place = ("attributes", name)
        if name in RESERVED:
            raise file.complaint(place, "a claim has something else of this name; take another")
        file.mapping(body, place, ATTRIBUTE_KEYS)
        others = [key for key in every if key != name and _may_be_above(every[key])]
        file.one_of(body.get("under", ""), ["", *others], (*place, "under"))
        values = tuple(_values(file, body, place))
        known = ["", *(value.id for value in values)]
        yield Attribute(
            name=name,
            label=file.text(body, (*place, "label")),
            definition=file.text(body, (*place, "definition")),
            table=file.id(body.get("table"), (*place, "table")) if values else None,
            codes=_named_codes(file, body.get("codes", list(codes)), (*place, "codes"), codes),
            values=values,
            default=file.one_of(body.get("default", ""), known, (*place, "default")),
            by=file.one_of(body.get("by", ""), ("", BY_CUES), (*place, "by")),
            **{link: body.get(link, "") for link in LINKS},
            **{flag: file.flag(body, (*place, flag)) for flag in FLAGS},
        )


def _may_be_above(attribute: Any) -> bool:
    asked = isinstance(attribute, dict) and "values" in attribute
    return asked and not any(attribute.get(key) for key in ("many", "reads", "by"))


def _values(file: CheckedYaml, attribute: Mapping[str, Any], at: Place) -> Iterator[Value]:
    place, under = (*at, "values"), attribute.get("under", "")
    keys = (*TEXTS, under) if under else TEXTS
    for id, body in file.mapping(attribute.get("values", {}), place).items():
        file.mapping(body, (*place, id), keys)
        yield Value(
            id=id,
            under=file.text(body, (*place, id, under)) if under else "",
            **{key: file.text(body, (*place, id, key)) for key in TEXTS},
        )


def _named_codes(
    file: CheckedYaml, data: Any, place: Place, codes: Collection[str]
) -> tuple[str, ...]:
    return tuple(
        file.one_of(code, codes, (*place, number))
        for number, code in enumerate(file.texts(data, place))
    )


def _check_links(file: CheckedYaml, attributes: Collection[Attribute]) -> None:
    """Check what one attribute says of another, and which keys go together."""
    listed_ones = {each.name: {value.id for value in each.values} for each in attributes}
    free = [name for name, values in listed_ones.items() if not values]
    known = [name for name, values in listed_ones.items() if values]
    for name in [each.name for each in attributes if each.quotes][1:]:
        raise file.complaint(("attributes", name, "quotes"), "another attribute quotes already")
    for each in attributes:
        wrong = {
            "quotes": (each.values or each.quotes not in known)
            and f"a free text may quote the cues of {listed(known)}",
            "figure": each.values and "only a free text holds a figure",
            "reads": (not each.values or each.reads not in free)
            and f"listed values may be read from the words of {listed(free)}",
            "by": not each.values and "only listed values are told by cues",
            "under": not each.values and "only listed values stand under others",
            "follows": not (each.default and each.follows in known[: known.index(each.name)])
            and "only listed values with a default follow those of an attribute above",
        }
        for key, message in wrong.items():
            if getattr(each, key) and message:
                raise file.complaint(("attributes", each.name, key), message)
        _check_told(file, each)
        for value in each.values if each.under else ():
            place = ("attributes", each.name, "values", value.id, each.under)
            file.one_of(value.under, listed_ones[each.under], place)


def _check_told(file: CheckedYaml, attribute: Attribute) -> None:
    """Check that a value which words tell is one alone, and that not two things tell it."""
    for key in ("many", "needed", "separate", *(["by"] if attribute.reads else [])):
        if attribute.values and not attribute.asked and getattr(attribute, key):
            place = ("attributes", attribute.name, key)
            raise file.complaint(place, "not with a value that is read, or told by cues")


def _targets(codes: Collection[Code], attributes: Collection[Attribute]) -> dict[str, Target]:
    """Return what cues may speak for, by name."""
    found = {code.id: Target() for code in codes}
    return found | {
        each.name: Target(tuple(value.id for value in each.values), each.asked and not each.many)
        for each in attributes
    }
