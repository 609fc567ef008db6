"""The names a codebook knows: kinds of entities and their terms, read from the YAML beside it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from kb.checked_yaml import CheckedYaml, Place
from kb.codebook import Codebook
from kb.errors import InvalidCodebook

FILE_NAME = "entities.yml"

TEXTS = ("label", "plural", "definition")
KIND_KEYS = (*TEXTS, "labels", "heads")
WORD_LISTS = ("common", "openers")
TOP_KEYS = ("kinds", "terms", "shorthands", "never", *WORD_LISTS)

WORD = re.compile(r"[^\W\d_]+|\d+")
SHORTHAND = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of entity, and by what it is known where no term names it.

    `labels` are those of a named-entity recogniser. `heads` are words that make the capitalised
    words around them a name of this kind.
    """

    id: str
    label: str
    plural: str
    definition: str
    labels: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """An entity known by name; `forms` are all the ways it is written, the preferred name first.

    A capital in a form is matched as written, a small letter in either case.
    """

    kind: str
    name: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """A checked vocabulary; `sha256` is that of its file.

    What is `never` a name is written as the forms of terms are. A name that is no term has a word
    that is not `common`, and does not begin with one of the `openers`; both are in small letters.
    """

    kinds: tuple[Kind, ...]
    terms: tuple[Term, ...]
    never: tuple[str, ...]
    common: frozenset[str]
    openers: frozenset[str]
    sha256: str


def load_vocabulary(codebook: Codebook) -> Vocabulary | None:
    """Read the vocabulary beside a codebook, None if it has none; raises InvalidCodebook."""
    path = codebook.path.parent / FILE_NAME
    if not path.is_file():
        return None
    file = CheckedYaml(path, InvalidCodebook)
    data = file.mapping(file.data, (), TOP_KEYS)
    kinds = tuple(_kinds(file, data))
    _check_heads(file, kinds)
    return Vocabulary(
        kinds=kinds,
        terms=tuple(_terms(file, data, [kind.id for kind in kinds])),
        never=file.texts(data.get("never", []), ("never",)),
        **{
            key: frozenset(text.lower() for text in file.texts(data.get(key, []), (key,)))
            for key in WORD_LISTS
        },
        sha256=hashlib.sha256(file.content).hexdigest(),
    )


def words_of(text: str) -> tuple[str, ...]:
    """Give the words of a text in small letters, by which forms are told apart."""
    return tuple(WORD.findall(text.lower()))


def _kinds(file: CheckedYaml, data: Mapping[str, Any]) -> Iterator[Kind]:
    for id, body in file.mapping(data.get("kinds"), ("kinds",)).items():
        place = ("kinds", id)
        file.mapping(body, place, KIND_KEYS)
        yield Kind(
            id=id,
            **{key: file.text(body, (*place, key)) for key in TEXTS},
            labels=file.texts(body.get("labels", []), (*place, "labels")),
            heads=file.texts(body.get("heads", []), (*place, "heads")),
        )


def _check_heads(file: CheckedYaml, kinds: Sequence[Kind]) -> None:
    for field in ("labels", "heads"):
        owners: dict[str, str] = {}
        for kind in kinds:
            for number, word in enumerate(getattr(kind, field)):
                owner = owners.setdefault(word, kind.id)
                if owner != kind.id:
                    message = f"{word!r} already stands for {owner}"
                    raise file.complaint(("kinds", kind.id, field, number), message)


def _terms(file: CheckedYaml, data: Mapping[str, Any], kinds: Collection[str]) -> Iterator[Term]:
    shorthands = _shorthands(file, data)
    owners: dict[tuple[str, ...], str] = {}
    for kind, names in file.mapping(data.get("terms", {}), ("terms",), kinds).items():
        # any name will do here, so that all there are are allowed
        for name, variants in file.mapping(names, ("terms", kind), names).items():
            if not isinstance(name, str):
                raise file.complaint(("terms", kind), f"{name!r} is no text: put it in quotes")
            place = ("terms", kind, name)
            forms = tuple(_forms(file, name, variants, place, shorthands))
            for form in forms:
                owner = owners.setdefault(words_of(form), name)
                if owner != name:
                    raise file.complaint(place, f"{form!r} already stands for {owner!r}")
            yield Term(kind=kind, name=name, forms=forms)


def _shorthands(file: CheckedYaml, data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    shorthands = file.mapping(data.get("shorthands", {}), ("shorthands",))
    return {name: file.texts(words, ("shorthands", name)) for name, words in shorthands.items()}


def _forms(
    file: CheckedYaml,
    name: str,
    variants: Any,
    place: Place,
    shorthands: Mapping[str, tuple[str, ...]],
) -> Iterator[str]:
    seen: set[tuple[str, ...]] = set()
    for text in file.texts([name], place) + file.texts(variants, place):
        for form in _expanded(file, text, place, shorthands):
            words = words_of(form)
            if not words:
                raise file.complaint(place, f"{form!r} has no word in it")
            if words not in seen:
                seen.add(words)
                yield form


def _expanded(
    file: CheckedYaml, text: str, place: Place, shorthands: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    parts = SHORTHAND.split(text)
    choices = [
        shorthands[file.one_of(part, shorthands, place)] if number % 2 else (part,)
        for number, part in enumerate(parts)
    ]
    yield from map("".join, product(*choices))
