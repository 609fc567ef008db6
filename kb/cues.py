"""Words that speak for a code or for a value, as a codebook gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kb.checked_yaml import CheckedYaml, Place

KINDS = {"phrases": "phrase", "patterns": "pattern"}
FAILS, HOLDS, BESIDE = "fails", "holds", "beside"
TESTS = {"overrules": FAILS, "confirms": HOLDS, "beside": BESIDE}
RESULT = "_"
"""Stands for the words of a result where its clause is read for what is said `beside` them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Words that speak for a code, or for one `value` of an attribute; `target` is its name.

    A `phrase` matches whole words whatever the case, and a star stands for any ending; a
    `pattern` is a regular expression, and so is what tells that a result `fails` its test, which
    gives it the value, or `holds`; and what gives it the value if it stands `beside` its words,
    for which it has a "_". `value` is empty for a code and for a free text.
    """

    target: str
    value: str
    kind: str
    text: str

    def regex(self) -> str:
        """Return the cue as a regular expression, to be used without regard to case."""
        words = (re.escape(word).replace(r"\*", r"\w*") for word in self.text.split())
        phrase = r"(?<!\w)" + r"[\s-]+".join(words) + r"(?!\w)"
        return phrase if self.kind == "phrase" else self.text


@dataclass(frozen=True, slots=True)
class Target:
    """What cues may speak for: which values it has, and whether a test may give it one."""

    values: tuple[str, ...] = ()
    tested: bool = False


def read_cues(file: CheckedYaml, data: Any, targets: Mapping[str, Target]) -> Iterator[Cue]:
    """Yield the cues of all targets; `file` complains of what is wrong."""
    for name, body in file.mapping(data, ("cues",), list(targets)).items():
        place, target = ("cues", name), targets[name]
        if not target.values:
            yield from _read(file, body, place, KINDS, name, "")
            continue
        kinds = KINDS | TESTS if target.tested else KINDS
        for value in file.mapping(body, place, target.values):
            yield from _read(file, body[value], (*place, value), kinds, name, value)


def _read(
    file: CheckedYaml, data: Any, place: Place, kinds: Mapping[str, str], target: str, value: str
) -> Iterator[Cue]:
    for key in file.mapping(data, place, kinds):
        for number, text in enumerate(file.texts(data[key], (*place, key))):
            cue = Cue(target=target, value=value, kind=kinds[key], text=text)
            try:
                re.compile(cue.regex())
            except re.error as error:
                message = f"{text!r} is not a regular expression: {error}"
                raise file.complaint((*place, key, number), message) from error
            yield cue
