"""The names that open an entry: persons in every usual order, else an organisation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipelines.cite.words import any_of, words

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽȘȚ"
YEAR = r"(?:1[6-9]|20)\d\d"
WORD = (
    rf"[{UPPER}][\w'’‘`ʼ‐‑-]*[\w](?:-(?:de|da|do|van|von|der|la)\s[{UPPER}]\w+)?"
    rf"|[ODd]['’][{UPPER}][\w'’-]+"
)
INITIALS = rf"[{UPPER}]{{1,4}}(?:[-‐‑ ]?[{UPPER}])?"
DOTTED = rf"(?:[{UPPER}][a-z]?\.[\s-]*|[{UPPER}]\b\s*(?![\w'’]))+"


@dataclass(frozen=True, slots=True)
class Named:
    """Names as "Family, Given", and where in the text they end; `more` if others are left out."""

    names: tuple[str, ...]
    end: int
    more: bool = False


@cache
def patterns() -> tuple[re.Pattern[str], ...]:
    """The orders in which a person's names come."""
    particles = rf"(?:(?i:{any_of('particles')})\s+)*"
    family = rf"(?P<family>{particles}(?:{WORD})(?:[ ](?:{particles})(?:{WORD})){{0,2}}?)"
    suffix = r"(?:,?\s+(?:Jr|Sr|II|III|2nd|3rd)\b\.?)?"
    return (
        re.compile(rf"{family},\s*(?P<given>{DOTTED}(?:{particles.strip()})?){suffix}"),
        re.compile(rf"{family}\s+(?P<given>{INITIALS})(?![\w'’]){suffix}"),
        re.compile(rf"{family}\s+(?P<given>(?:[{UPPER}]\.[\s-]*)+){suffix}"),
        re.compile(rf"(?P<given>(?:[{UPPER}][a-z]?\.[\s-]*)+)\s*{family}(?=[,.;:\s(“\"‘]|$)"),
    )


@cache
def full_names() -> tuple[re.Pattern[str], ...]:
    """The orders in which names written out come; weaker, for titles have capitals too."""
    given = rf"(?P<given>[{UPPER}][a-zà-ÿ'’-]+(?:\s+[{UPPER}]\.?|\s+[{UPPER}][a-zà-ÿ-]+)?)"
    family = rf"(?P<family>(?:(?i:{any_of('particles')})\s+)*(?:{WORD}))"
    return (
        re.compile(rf"{family},\s+{given}(?=\s*(?:[.;(&,]|and\b|$))"),
        re.compile(rf"{given}\s+{family}(?=\s*(?:[,;(&.]|and\b|$))"),
    )


@cache
def separator() -> re.Pattern[str]:
    """What stands between two names."""
    return re.compile(rf"\s*(?:[,;/]\s*)?(?:(?i:{any_of('joining')})\s+|&\s*|\.{{3}}\s*|…\s*)?")


@cache
def collective() -> re.Pattern[str]:
    """A group among the names of persons: "for the PRISMA Group"."""
    kinds = "Group|Consortium|consortium|Collaboration|Investigators|Collaborators|Network|Team"
    return re.compile(
        rf"(?:(?:for|on behalf of)\s+)?(?P<name>[Tt]he\s+)?(?P<group>(?:[{UPPER}][\w-]*\s+){{1,6}}"
        rf"(?:Study\s+|Working\s+)?(?:{kinds}))(?=\s*(?:[.,(]|$))"
    )


@cache
def tail() -> re.Pattern[str]:
    """What stands behind the last name: "et al.", "(eds)"."""
    others = rf"(?P<more>[,;]?\s*(?:(?:and|&)\s+)?(?i:{any_of('others')})\b\.?)"
    role = rf"\s*[,(\[]?\s*\(?(?i:{any_of('roles')})\b\.?[)\]]?"
    return re.compile(rf"(?:{others})?(?:{role})?")


def named_at_start(text: str) -> Named | None:
    """The persons whose names open a text; None if there are none."""
    for group in (patterns(), full_names()):
        for pattern in group:
            found = run_of_names(text, pattern)
            if found and (group is patterns() or is_closed(text, found)):
                return found
    return None


def run_of_names(text: str, pattern: re.Pattern[str]) -> Named | None:
    """The names in one order from the start on; the second may be turned round ("and C. Ham")."""
    names: list[str] = []
    end = 0
    others = [each for each in patterns() if each is not pattern]
    start = 0
    while len(names) < 200:
        found = pattern.match(text, start)
        if not found and names and pattern in patterns():
            found = next((m for other in others if (m := other.match(text, start))), None)
        group = collective().match(text, start) if names and not found else None
        if group:
            names.append(group["group"])
            end = group.end()
        if not found:
            break
        names.append(person(found) if pattern in patterns() else as_printed(found))
        end = found.end()
        gap = separator().match(text, end)
        if not gap or gap.end() == end or not gap.group().strip():
            break
        start = gap.end()
    if not names or is_organisation(names[0]):
        return None
    if pattern is full_names()[1] and len(names) > 1:
        names = [turned(name) for name in names]
    closing = tail().match(text, end)
    more = bool(closing and closing["more"])
    return Named(tuple(names), closing.end() if closing else end, more=more)


def person(found: re.Match[str]) -> str:
    """A name as "Family, Given"."""
    given = " ".join(found["given"].split())
    return f"{found['family']}, {given}".strip(" ,")


def as_printed(found: re.Match[str]) -> str:
    """A name written out, in the order in which it is printed."""
    return " ".join(found.group().split())


def turned(name: str) -> str:
    """A name written out as "Family, Given": one alone may be the name of a body, and stays."""
    given, _, family = name.rpartition(" ")
    return f"{family}, {given}" if given and "," not in name else name


def is_organisation(name: str) -> bool:
    """Whether a word of the name is one that only organisations have."""
    return any(word in words()["organisations"] for word in re.findall(r"\w+", name.lower()))


def is_closed(text: str, found: Named) -> bool:
    """Whether names written out are followed by what follows names, and are few words each."""
    return bool(
        re.match(rf"\s*(?:[,.;:]?\s*[(\[]?\s*{YEAR}|[,.:]\s*[“‘\"'])", text[found.end :])
    ) or (len(found.names) > 1 and bool(re.match(r"\s*[,.:(]", text[found.end :])))
