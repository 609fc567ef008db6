"""How the field asks: the words of questions, and words that mean the same; YAML beside the
codebook."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kb.checked_yaml import CheckedYaml, Place
from kb.codebook import Codebook
from kb.errors import InvalidCodebook

FILE_NAME = "questions.yml"
TOP_KEYS = ("asks", "prefer", "synonyms")
CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """A question that has these words is after this value; a star stands for any ending."""

    attribute: str
    value: str
    phrase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefer:
    """Among claims of a `code` that is asked for, those of this value come first."""

    code: str
    attribute: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """All that is known of how the field asks; each of `synonyms` lists words of one meaning.

    `sha256` is that of the file, empty without one.
    """

    asks: tuple[Asks, ...] = ()
    prefer: tuple[Prefer, ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()
    sha256: str = ""


def load_questions(codebook: Codebook) -> Questions:
    """Read what lies beside a codebook, nothing if there is no such file; raises InvalidCodebook.

    What speaks for a value in a statement speaks for it in a question too: the cues of the values
    that are told apart by words count as well.
    """
    told = tuple(
        Asks(attribute=cue.target, value=cue.value, phrase=cue.text)
        for cue in codebook.cues
        if cue.value and cue.kind == "phrase" and codebook.attribute(cue.target).reads
    )
    path = codebook.path.parent / FILE_NAME
    if not path.is_file():
        return Questions(asks=told)
    file = CheckedYaml(path, InvalidCodebook)
    data = file.mapping(file.data, (), TOP_KEYS)
    known = {CODE: [code.id for code in codebook.codes]}
    known |= {each.name: [value.id for value in each.values] for each in codebook.attributes}
    return Questions(
        asks=(*_asks(file, data.get("asks", {}), known), *told),
        prefer=tuple(_prefer(file, data.get("prefer", {}), known)),
        synonyms=tuple(_synonyms(file, data.get("synonyms", []))),
        sha256=hashlib.sha256(file.content).hexdigest(),
    )


def _asks(file: CheckedYaml, data: Any, known: Mapping[str, list[str]]) -> Iterator[Asks]:
    for attribute, values in file.mapping(data, ("asks",), known).items():
        place: Place = ("asks", attribute)
        for value, phrases in file.mapping(values, place, known[attribute]).items():
            for phrase in file.texts(phrases, (*place, value)):
                yield Asks(attribute=attribute, value=value, phrase=phrase)


def _prefer(file: CheckedYaml, data: Any, known: Mapping[str, list[str]]) -> Iterator[Prefer]:
    for code, values in file.mapping(data, ("prefer",), known[CODE]).items():
        for attribute, value in file.mapping(values, ("prefer", code), known).items():
            place = ("prefer", code, attribute)
            value = file.one_of(value, known[attribute], place)
            yield Prefer(code=code, attribute=attribute, value=value)


def _synonyms(file: CheckedYaml, data: Any) -> Iterator[tuple[str, ...]]:
    if not isinstance(data, list):
        raise file.complaint(("synonyms",), "a list of lists is needed: words of one meaning")
    for number, group in enumerate(data):
        words = file.texts(group, ("synonyms", number))
        if len({word.lower() for word in words}) < max(2, len(words)):
            raise file.complaint(("synonyms", number), "two different words or more are needed")
        yield words
