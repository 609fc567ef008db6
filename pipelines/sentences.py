"""Where sentences begin and end in reports: rules, with the words they need in abbreviations.yml.

A candidate is a stop with whatever clings to it (closing quotes and brackets, reference marks).
It is an end unless what stands before it, after it or around it says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import yaml

Span = tuple[int, int]
Splitter = Callable[[str], list[Span]]
"""From a text to (start, end) of each sentence, white space and bullets trimmed."""

RULES = Path(__file__).with_name("abbreviations.yml")
LONGEST_ASIDE = 400
"""Characters an open bracket may run on before it counts as one that was never closed."""
LONGEST_WORD = 40
LONGEST_LABEL = 30

NUMBERS = r"\d{1,3}(?:(?:[,;]\s?|[-–—])\d{1,3})*"
CANDIDATE = re.compile(
    rf"""
    (?<![.!?…])(?P<stop>[.!?…]++)
    (?P<close>[)\]”’"'»]*+)
    (?P<mark>                                     # a reference, glued to its sentence
        {NUMBERS}(?:\s\d{{1,2}})*(?=\s+[“‘"'(\[]*[A-Z]|\s*$)
      | {NUMBERS}(?=\s)
      | (?:\[[\d,;\s–—-]+\])+ | [⁰¹²³⁴-⁹]+ | [*†‡§]+ | [ivx]{{1,5}}(?=\s+[A-Z])
    )?
    (?P<late>[”’"')]*)
    (?:\s+|$|(?=[A-Z]))
    """,
    re.VERBOSE,
)
CAPITALS = "".join(filter(str.isupper, map(chr, range(0x530))))
NEXT = re.compile(
    rf"""[“‘"'(\[«]*(?:[{CAPITALS}]|[£$€<>≥≤~±]?\d|[a-z]{{1,2}}[A-Z])  # "45 sites", "eHealth"
      | [“‘"'(\[«]+(?:…|\.{{3}})                                       # “…and so on”
      | [([](?:\d{{1,3}}|[a-z]|[ivx]{{2,4}})[)\]]                       # "(2) Technology: …"
    """,
    re.VERBOSE,
)
NEXT_WORD = re.compile(r"[“‘\"'(\[«]*([A-Za-z]++)(?!\.)")
NEXT_NUMBER = re.compile(r"[A-Z]?\d|[IVXLC]+\b")
BRACKETED = r"\[\w[^\[\].!?]{0,80}\](?!\w)"
ASIDE = re.compile(
    rf"\((?!\d+\)|[a-z]\)|[ivx]+\))(\w+)[^().!?]{{0,80}}\)|(?=\[(\w+)){BRACKETED}(?:\s?{BRACKETED})*"
)
LOOSE_MARK = re.compile(rf"{NUMBERS}(?:\s\d{{1,2}})*(?=\s+([A-Z][a-z]+))")
LABEL = re.compile(r"[(\[]?(?:\d{1,3}(?:\.\d{1,3})*[a-z]?|[A-Za-z]|[ivxIVX]+|[A-Z]{1,2}\d+)[)\]]?")
NUMBERED = re.compile(r"([A-Z][a-z]+)\s(?:[A-Z]|[A-Z]?\d+(?:[.-]\d+)*[a-z]?|[IVX]+)")
WORD = re.compile(r"[^\s()\[\]“”‘\"'/–—]+$")
WORD_BEFORE = re.compile(r"(\w+)\W+$")
MARKABLE = re.compile(r"(?:[A-Za-z0-9’'][A-Za-z]|[)\]”’\"%]|\b(?:19|20)\d\d)$")
INITIALS = re.compile(r"(?:[A-Za-z]\.-?)*[A-Za-z]")
ENUMERATING = (":", ";")
LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The words of abbreviations.yml, each list under its own name."""

    never: frozenset[str]
    before_number: frozenset[str]
    before_starter: frozenset[str]
    ordinary: frozenset[str]
    starters: frozenset[str]
    lettered: frozenset[str]
    numbered: frozenset[str]
    labels: frozenset[str]
    bullets: re.Pattern[str]


def load_splitter(path: Path = RULES) -> Splitter:
    """A splitter by the rules in `path`; it needs no model and keeps no state."""
    return partial(split_sentences, rules=load_rules(path))


@cache
def load_rules(path: Path = RULES) -> Rules:
    """The words of `path` by which sentences are told apart."""
    words = yaml.safe_load(path.read_text(encoding="utf-8"))
    bullets = re.compile(rf"(?:^|\s)[{re.escape(words.pop('bullets'))}](?=\s|[A-Za-z])")
    return Rules(bullets=bullets, **{name: frozenset(entries) for name, entries in words.items()})


def split_sentences(text: str, *, rules: Rules) -> list[Span]:
    """(start, end) of each sentence of `text` in order, without the white space around it."""
    spans: list[Span] = []
    start = 0
    for bullet in [*rules.bullets.finditer(text), None]:
        end = bullet.start() if bullet else len(text)
        spans += join_wordless(text, list(iter_sentences(text, start, end, rules)))
        start = bullet.end() if bullet else end
    return spans


def iter_sentences(text: str, start: int, end: int, rules: Rules) -> Iterator[Span]:
    """The sentences of text[start:end], which holds no bullet."""
    start = skip_space(text, start, end)
    position = start
    while stop := CANDIDATE.search(text, position, end):
        position = stop.end()
        close = find_end(text, start, stop, end, rules)
        if close is None:
            continue
        yield start, close
        start = position = skip_space(text, close, end)
    if last := text[start:end].rstrip():
        yield start, start + len(last)


def find_end(text: str, start: int, stop: re.Match[str], end: int, rules: Rules) -> int | None:
    """Where the sentence from `start` ends if `stop` ends it, else None."""
    close = end_of_mark(text, stop)
    if close is None or is_label(text, start, stop.start(), rules):
        return None
    if not may_end(text, start, stop, rules):
        return None
    if is_inside_bracket(text, start, close, end):
        return None
    return end_of_aside(text, close, end, rules)


def end_of_mark(text: str, stop: re.Match[str]) -> int | None:
    """The end of the stop and its reference mark; None if the mark is part of a number."""
    close = stop.end("late")
    if stop["mark"] and stop["mark"][0].isalnum():
        before = text[max(0, stop.start() - 6) : stop.end("close")].replace(stop["stop"], "")
        if not MARKABLE.search(before):
            return None
    return close


def may_end(text: str, start: int, stop: re.Match[str], rules: Rules) -> bool:
    """Whether the words on both sides of `stop` let a sentence end there."""
    after = stop.end()
    starter = next_starter(text, after, rules)
    is_glued = after == stop.end("late") and after < len(text)
    if is_glued and not (starter and MARKABLE.search(text, max(start, after - 8), stop.start())):
        return False
    if not NEXT.match(text, after):
        return False
    if len(stop["stop"]) > 1 or stop["stop"] == "…":
        return ends_trailing_off(text, stop)
    if stop["stop"] != ".":
        return True
    return not is_abbreviation(text, start, stop, rules)


def ends_trailing_off(text: str, stop: re.Match[str]) -> bool:
    """Whether an ellipsis (or "?!") ends its sentence: not in "[…]", nor before "I" or a number."""
    if "?" in stop["stop"] or "!" in stop["stop"]:
        return True
    is_omission = stop.start() > 0 and text[stop.start() - 1] in "[(“‘\"'"
    following = text[stop.end() : stop.end() + 2]
    return not (is_omission or following[:1].isdigit() or re.match(r"I\b", following))


def is_abbreviation(text: str, start: int, stop: re.Match[str], rules: Rules) -> bool:
    """Whether the word before a full stop keeps its sentence going."""
    found = WORD.search(text, max(start, stop.start() - LONGEST_WORD), stop.start())
    if not found:
        return False
    word, after = found[0], stop.start("mark") if stop["mark"] else stop.end()
    if is_listed(word, rules.never) or is_enumerator(text, start, found):
        return True
    if is_listed(word, rules.before_number):
        return bool(NEXT_NUMBER.match(text, after))
    if is_listed(word, rules.ordinary) or next_starter(text, stop.end(), rules):
        return False
    if is_listed(word, rules.before_starter):
        return True
    return bool(INITIALS.fullmatch(word)) and not is_letter_name(text, start, found, rules)


def is_enumerator(text: str, start: int, word: re.Match[str]) -> bool:
    """Whether a word before a stop numbers an item run into the text: "these: 1. Ask"."""
    before = text[max(start, word.start() - LONGEST_WORD) : word.start()].rstrip()
    return before[-1:] in ENUMERATING and LABEL.fullmatch(word[0]) is not None


def is_letter_name(text: str, start: int, letter: re.Match[str], rules: Rules) -> bool:
    """Whether a single letter names a thing, as in "hospital A", or is the pronoun."""
    before = WORD_BEFORE.search(text, max(start, letter.start() - LONGEST_WORD), letter.start())
    if not before or len(letter[0]) > 1:
        return False
    return before[1].lower() in rules.lettered or letter[0] == "I"


def is_listed(word: str, words: frozenset[str]) -> bool:
    """Whether `word` is in the list, as written or for its capital; "CF" is not cf, nor "S" s."""
    return word in words or (len(word) > 1 and word[0].lower() + word[1:] in words)


def next_starter(text: str, position: int, rules: Rules) -> bool:
    """Whether the word at `position` is one that opens sentences."""
    word = NEXT_WORD.match(text, position)
    return bool(word and word[1] in rules.starters)


def is_label(text: str, start: int, end: int, rules: Rules) -> bool:
    """Whether all there is before the stop is a number or a label: "2.3", "Table 2", "Methods"."""
    if end - start > LONGEST_LABEL:
        return False
    words = text[start:end].rstrip()
    if words in rules.labels or LABEL.fullmatch(words):
        return True
    numbered = NUMBERED.fullmatch(words)
    return bool(numbered and numbered[1] in rules.numbered)


def is_inside_bracket(text: str, start: int, close: int, end: int) -> bool:
    """Whether a bracket opened in mid-sentence is still open at `close`, and closes soon."""
    for opener, closer in ("()", "[]"):
        first = text.find(opener, start + 1, close)
        if first < 0 or close - first >= LONGEST_ASIDE:
            continue
        is_open = text.count(opener, first, close) > text.count(closer, first, close)
        if is_open and text.find(closer, close, min(end, first + LONGEST_ASIDE)) >= 0:
            return True
    return False


def end_of_aside(text: str, close: int, end: int, rules: Rules) -> int | None:
    """The end with what belongs to it though it follows: ".” (GP, site 3)", ". [12]", ". 12"."""
    after = skip_space(text, close, end)
    if loose := LOOSE_MARK.match(text, after, end):
        return loose.end() if loose[1] in rules.starters else close
    aside = ASIDE.match(text, after, end)
    if not aside or rules.starters & set(aside.groups()):
        return close
    rest = skip_space(text, aside.end(), end)
    if rest == end or NEXT.match(text, rest):
        return aside.end()
    return None if text[rest] in ".!?" else close


def join_wordless(text: str, spans: list[Span]) -> list[Span]:
    """The spans, each without a letter joined to the one before it, or the first to the second."""
    joined: list[Span] = []
    is_worded = False
    for start, end in spans:
        has_own = has_word(text, (start, end))
        if joined and not (is_worded and has_own):
            joined[-1] = (joined[-1][0], end)
            is_worded = is_worded or has_own
        else:
            joined.append((start, end))
            is_worded = has_own
    return joined


def has_word(text: str, span: Span) -> bool:
    """Whether there is a letter in the span."""
    return LETTER.search(text, *span) is not None


def skip_space(text: str, position: int, end: int) -> int:
    """The first position from `position` on that is not white space, or `end`."""
    while position < end and text[position].isspace():
        position += 1
    return position
