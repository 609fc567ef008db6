"""Figures as they are printed, read as a number and its unit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

NUMBERS, UNIT = ("number", "first", "second"), "unit"
"""The fields of a figure, under whose names it is stored."""

FILES = (Path(__file__), Path(__file__).with_suffix(".yml"))
"""What decides how a figure is read."""

DIGITS = r"\d{1,3}(?:[, ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?|(?<!\d)\.\d+"
YEARS = range(1900, 2101)
COUNTED = (12, 100)
"""Words that say how many of them there are: two dozen, three hundred."""
FLAGS = re.IGNORECASE | re.ASCII
"""Without it, "ſ" is taken for an "s", and is in no list."""
WHOLE = "%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number, or a `first` and a `second` as in "from 12 to 9" or "10–15%"; and their unit.

    A share is told in per cent ("a third": 33.33), money by the currency's code, in units of one.
    "About" and "at least" are left to the words printed.
    """

    number: float | None = None
    first: float | None = None
    second: float | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quantity:
    """A number in a text; `scaled` says how much larger a word such as million made it."""

    value: float
    unit: str | None
    start: int
    end: int
    scaled: float = 1
    rate: str | None = None


def read_figure(printed: str) -> Figure | None:
    """Read a printed figure; None where it holds no number, or more than a figure can hold."""
    text = _plain(printed)
    found = sorted(_quantities(text), key=lambda each: each.start)
    if len(found) == 1:
        return Figure(number=_tidy(found[0].value), unit=_with_rate(found[0].unit, found[0].rate))
    if len(found) == 2 and _are_linked(text, *found):
        return _pair(*found)
    return None


def no_sizes(text: str) -> list[tuple[int, int]]:
    """Return where figures stand in a sentence that are not the size of a result: "95% CI"."""
    found = (each.finditer(text) for each in _no_sizes())
    return sorted(match.span() for matches in found for match in matches)


def _plain(printed: str) -> str:
    """Return a text with one form of each sign, without brackets or what is no figure."""
    text = re.sub(r"\s+", " ", printed.replace("−", "-").replace("·", ".")).strip()
    text = re.sub(r"(\d+) ?([¼-¾⅐-⅞])", _with_fraction, text)
    text = re.sub(r"^\(([^()]*)\)$", r"\1", text)
    text = re.sub(r"(?<=\S) ?(?:\([^()]*\)|\[[^\[\]]*\])", "", text)
    for pattern in _known()["ignored"]:
        text = re.sub(pattern, "", text, flags=re.IGNORECASE)
    return text


def _with_fraction(match: re.Match[str]) -> str:
    return f"{int(match[1]) + round(unicodedata.numeric(match[2]), 3)}"


def _quantities(text: str) -> Iterator[_Quantity]:
    """Yield the quantities of a text, kind by kind; what is read once is not read again."""
    rest = text
    for pattern, read in ((_share(), _read_share), (_part(), _read_part), (_alone(), _read_alone),
                          (_plain_number(), _read_number)):  # fmt: skip
        for match in list(pattern.finditer(rest)):
            if quantity := read(match):
                yield quantity
                rest = rest[: match.start()] + " " * len(match.group()) + rest[match.end() :]


def _read_share(match: re.Match[str]) -> _Quantity | None:
    part, whole = _value(match["part"]), _value(match["whole"])
    if not 0 < whole >= part or whole in YEARS:
        return None
    return _quantity(match, _rounded(100 * part / whole), WHOLE)


def _read_part(match: re.Match[str]) -> _Quantity:
    known = _known()
    name = match["name"].lower()
    parts = known["parts"].get(name) or known["parts"][name.removesuffix("s")]
    share = known["words"].get((match["count"] or "").lower(), 1) / parts
    unit = _unit_of("units", match["time"])
    return _quantity(match, _rounded(share if unit else 100 * share), unit or WHOLE)


def _read_alone(match: re.Match[str]) -> _Quantity:
    value, unit = _known()["alone"][match.group().lower()]
    return _quantity(match, value, unit)


def _read_number(match: re.Match[str]) -> _Quantity | None:
    unit = _unit_of("units", match["unit"])
    if match["number"].lower() in {"a", "an"} and not unit:
        return None
    unit = _unit_of("currencies", match["money"] or match["coin"]) or unit
    unit = unit or _unit_of("effects", match["effect"]) or _thing(match["thing"])
    scales = _known()["scales"] | (_known()["money_scales"] if match["money"] else {})
    scaled = scales.get((match["scale"] or match["letter"] or "").lower(), 1)
    value = (_value(match["number"]) + (0.5 if match["half"] else 0)) * scaled
    if re.fullmatch(r"\d{4}", match["number"]) and value in YEARS and not (unit or match["rate"]):
        return None
    found = _quantity(match, -value if match["sign"] == "-" else value, unit)
    rate = match["rate"] and re.sub(r"^(?:an?|each) ", "per ", match["rate"].lower())
    return replace(found, scaled=scaled, rate=rate)


def _quantity(match: re.Match[str], value: float, unit: str | None) -> _Quantity:
    return _Quantity(value=value, unit=unit, start=match.start(), end=match.end())


def _value(printed: str) -> float:
    """Return the number that digits or words print."""
    if re.fullmatch(r"0,\d+|\d+,\d{1,2}", printed):
        return float(printed.replace(",", "."))
    if printed[0].isdigit() or printed[0] == ".":
        return float(re.sub("[, ]", "", printed))
    # "a ten per cent rise" is of ten
    parts = re.split("[ -]", re.sub("^an?[ -]", "", printed.lower()))
    first, *rest = (_known()["words"].get(part, 1) for part in parts)
    return float(first * rest[0] if rest and rest[0] in COUNTED else first + sum(rest))


def _are_linked(text: str, one: _Quantity, other: _Quantity) -> bool:
    link = text[one.end : other.start].strip(" ,")
    return link in {"to", "-", "–", "—"} or (link == "and" and "between" in text[: one.start])


def _pair(one: _Quantity, other: _Quantity) -> Figure | None:
    """Return two numbers as one figure; what is said of one counts for both: "£1–2 million"."""
    units = {each.unit for each in (one, other)} - {None}
    rates = {each.rate for each in (one, other)} - {None}
    if max(len(units), len(rates)) > 1:
        return None
    shared = other.scaled if one.scaled == 1 and one.value < other.value / other.scaled else 1
    unit = _with_rate(next(iter(units), None), next(iter(rates), None))
    return Figure(first=_tidy(one.value * shared), second=_tidy(other.value), unit=unit)


def _with_rate(unit: str | None, rate: str | None) -> str | None:
    return " ".join(filter(None, [unit, rate])) or None


def _tidy(value: float) -> float:
    """Return a number without the dust of its reckoning."""
    return float(f"{value:.12g}")


def _rounded(share: float) -> float:
    """Return a share to four figures, however small: one in 30,000 is not nothing."""
    return float(f"{share:.4g}")


@cache
def _known() -> Mapping[str, Any]:
    known: Mapping[str, Any] = yaml.safe_load(FILES[1].read_text("utf-8"))
    return known


def _unit_of(kind: str, wording: str | None) -> str | None:
    """Return the unit that a wording stands for; None for none."""
    wordings = {each.lower(): unit for unit, every in _known()[kind].items() for each in every}
    return wordings.get((wording or "").lower())


def _thing(word: str | None) -> str | None:
    return word.lower() if word and word.lower() not in _known()["no_things"] else None


def _any(words: Sequence[str]) -> str:
    """Return a pattern for any word; those in capitals are read in capitals only."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(
        f"(?-i:{re.escape(word)})" if word[-1].isupper() else re.escape(word) for word in ordered
    )


def _wordings(kind: str) -> str:
    return _any([wording for every in _known()[kind].values() for wording in every])


def _number() -> str:
    words = _any([*_known()["words"]])
    return rf"(?:{DIGITS}|\b(?<!several )(?<!few )(?:(?:an?|{words})[ -])?(?:{words})\b)"


@cache
def _no_sizes() -> list[re.Pattern[str]]:
    words = f"(?:{_any([*_known()['words']])})"
    return [re.compile(each.replace("WORDS", words), FLAGS) for each in _known()["no_size"]]


@cache
def _share() -> re.Pattern[str]:
    """What is part of a whole: 3/7, one in three, 88 of the 420."""
    number = _number()
    return re.compile(
        rf"(?<![\d./])(?P<part>{number})"
        r"(?:/| (?:\w+ ){0,2}?(?:in|of|out of) (?:the |every |each )?)"
        rf"(?P<whole>{number})(?![\d./%]| ?(?:{_wordings('units')})\b)",
        FLAGS,
    )


@cache
def _part() -> re.Pattern[str]:
    counts = _any(["a", "one", "two", "three", "four", "five", "seven", "nine"])
    parts = _any([*_known()["parts"]])
    return re.compile(
        rf"(?<!and )(?<!and a )\b(?:(?P<count>{counts})[ -])?(?P<name>(?:{parts})s?)\b"
        rf"(?: an? (?P<time>{_wordings('units')})\b)?",
        FLAGS,
    )


@cache
def _alone() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_any([*_known()['alone']])})\b", FLAGS)


@cache
def _plain_number() -> re.Pattern[str]:
    known = _known()
    more = rf"(?: (?:{_any(known['more_or_less'])}))?"
    things = rf"(?:{_any(known['things'])}|[a-z]{{3,}}s)"
    return re.compile(
        rf"(?:\b(?P<effect>{_wordings('effects')})(?: (?:of|was|is|about|approximately))*[ :=]+)?"
        rf"(?:(?<![\d.\w%)])(?P<sign>[-+]))?(?P<money>{_wordings('currencies')})? ?"
        rf"(?P<number>{_number()}|\ban?(?= ))(?P<half> and a half)?"
        rf"(?:[ -]?(?P<scale>{_any([*known['scales']])})\b| ?(?P<letter>[kmb])\b)?"
        rf"(?:[ -]?(?P<unit>{_wordings('units')})(?!\w)|[ -](?P<coin>{_wordings('currencies')})\b"
        rf"|{more} (?P<thing>{things})\b(?! ?per))?"
        rf"{more}(?: (?P<rate>per [\w,]*\w|an? (?:day|week|month|year|head)|each \w+))?",
        FLAGS,
    )
