"""From a model's answer to claims: what is not verbatim or not in the codebook is dropped."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from kb.codebook import Attribute, Codebook
from kb.models import Statement
from kb.second import Dropped, SecondClaim
from pipelines.extract.second.windows import Window

NOT_A_CLAIM = "not a claim"
NOT_VERBATIM = "quotation not in the statements"
UNKNOWN_CODE = "unknown code"
UNKNOWN_VALUE = "unknown value"
UNKNOWN_ATTRIBUTE = "unknown attribute"
OTHER_CODE = "attribute of another code"
TOO_MANY = "a second value where one is asked for"
NOT_ITS_WORDS = "words not in the statement"
TWICE = "said twice"

OWN_KEYS = ("statement", "quote", "code")
NOTHING: tuple[Any, ...] = (None, "", [])


@dataclass(slots=True)
class Checked:
    """What is taken of an answer, and what is not."""

    claims: list[SecondClaim] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)

    def drop(self, reason: str, what: Any) -> None:
        """Leave something out, and note why."""
        text = what if isinstance(what, str) else json.dumps(what, ensure_ascii=False)
        self.dropped.append(Dropped(reason=reason, text=storable(text)))


def storable(text: str) -> str:
    """Give a text without the halves of characters that JSON can spell and a file cannot hold."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def parse(answer: str) -> list[Any] | None:
    """Give the list of claims that an answer holds, None if it is not the JSON asked for.

    A fence or a few words around the object do no harm.
    """
    start, end = answer.find("{"), answer.rfind("}")
    try:
        found = json.loads(answer[start : end + 1])
    except (ValueError, RecursionError):
        return None
    claims = found.get("claims")
    return claims if isinstance(claims, list) else None


def check(items: list[Any], window: Window, codebook: Codebook, coder_id: str) -> Checked:
    """Take what is verbatim and the codebook's; a claim without its bad values is still one."""
    checked = Checked()
    seen: list[tuple[str, str, Mapping[str, Any]]] = []
    for item in items:
        place = find_place(item, window, codebook, checked)
        if place is None:
            continue
        for attributes in variants(item, place, codebook, checked):
            said = (place.id, item["code"], attributes)
            if said in seen:
                checked.drop(TWICE, item["quote"])
                continue
            seen.append(said)
            number = sum(each[:2] == said[:2] for each in seen)
            suffix = "" if number == 1 else f"-{number}"
            checked.claims.append(
                SecondClaim(
                    id=f"{coder_id}-{place.id}-{item['code']}{suffix}",
                    coder_id=coder_id,
                    statement_id=place.id,
                    document_id=place.document_id,
                    code=item["code"],
                    quote=item["quote"].strip(),
                    attributes=attributes,
                )
            )
    return checked


def find_place(item: Any, window: Window, codebook: Codebook, checked: Checked) -> Statement | None:
    """Give the statement that an item quotes; None, and a note, if it cannot be a claim."""
    if not isinstance(item, dict):
        checked.drop(NOT_A_CLAIM, item)
        return None
    quote = item.get("quote")
    place = quoted(quote.strip(), item.get("statement"), window) if isinstance(quote, str) else None
    if place is None:
        checked.drop(NOT_VERBATIM, quote)
    elif item.get("code") not in [code.id for code in codebook.codes]:
        checked.drop(UNKNOWN_CODE, item.get("code"))
        place = None
    return place


def quoted(quote: str, number: Any, window: Window) -> Statement | None:
    """Give the statement of this number if the quotation is its, else the only one that has it."""
    held = {n: s for n, s in enumerate(window.statements, 1) if stands_in(quote, s.text)}
    own = [statement for n, statement in held.items() if str(n) == str(number)]
    found = own or list(held.values())
    return found[0] if len(found) == 1 else None


def stands_in(words: str, text: str) -> bool:
    """Say whether words stand in a text to the letter, and cut none of its words."""
    start = r"\b" if words[:1].isalnum() else ""
    end = r"\b" if words[-1:].isalnum() else ""
    return bool(words) and re.search(start + re.escape(words) + end, text) is not None


def variants(
    item: Mapping[str, Any], place: Statement, codebook: Codebook, checked: Checked
) -> Iterator[dict[str, Any]]:
    """Yield the attributes of the claims that an item makes: one for each separate value."""
    own = {each.name: each for each in codebook.attributes_of(item["code"])}
    every = {each.name for each in codebook.attributes}
    for name in [key for key in item if key not in (*OWN_KEYS, *own)]:
        if item[name] not in NOTHING:
            reason = OTHER_CODE if name in every else UNKNOWN_ATTRIBUTE
            checked.drop(reason, f"{name} of {item['code']}")
    found = {name: taken(own[name], item.get(name), place, checked) for name in own}
    single: dict[str, list[Any]] = {}
    for name, values in found.items():
        if values:
            single[name] = [values] if own[name].many else values
    for combination in product(*single.values()):
        yield dict(zip(single, combination, strict=True))


def taken(attribute: Attribute, given: Any, place: Statement, checked: Checked) -> list[str]:
    """Give the values of an attribute that hold, in the order given."""
    listed = given if isinstance(given, list) else [given]
    known = [value.id for value in attribute.values]
    values: list[str] = []
    for value in listed:
        if value in NOTHING or value in values:
            continue
        if known and value not in known:
            checked.drop(UNKNOWN_VALUE, f"{attribute.name}: {value}")
        elif not known and not (isinstance(value, str) and stands_in(value, place.text)):
            checked.drop(NOT_ITS_WORDS, f"{attribute.name}: {value}")
        elif values and not (attribute.many or attribute.separate):
            checked.drop(TOO_MANY, f"{attribute.name}: {value}")
        else:
            values.append(value)
    return values
