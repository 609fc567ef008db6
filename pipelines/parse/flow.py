"""What flowing text needs: hyphens mended, markers read, lines woven into blocks."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kb.models import Block, Box, Kind, Line
from pipelines.parse.tidy import INVISIBLE

SOFT_HYPHEN = "\u00ad"
_LETTER = r"[^\W\d_]"
_WORD = re.compile(rf"{_LETTER}+(?:-{_LETTER}+)*")
_LAST_WORD = re.compile(rf"(?<!{_LETTER})(?<!{_LETTER}-)({_LETTER}++(?:-{_LETTER}++)*+)-$")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?:\d{1,3}(?:[,–-]\d{1,3})*|\[[\d,\s–-]+\]|[*†‡])?$")
_URL = re.compile(r"https?://|www\.|\b10\.\d{4,9}/")
_URL_BREAKS_AFTER = tuple("./_=&?%#-")
_NO_SPACE_AFTER = re.compile(r"\S[—/]$|\d–$")
_SHORT = 4
"""Letters; a second half no longer may be the end of a plain word, too."""
_TAIL = 200
"""Characters before a line's end that tell how it goes on; longer than any word or address."""

_FOLDS = {
    **dict.fromkeys([0xFFFF, *map(ord, INVISIBLE - {SOFT_HYPHEN})]),
    **dict.fromkeys([c for c in range(32) if c not in (9, 10, 11, 12, 13)]),
    **dict.fromkeys([2, 0x2010, 0x2011, 0xFFFE], "-"),
    **dict(zip(range(0xFB00, 0xFB07), ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of text on its way into a block; it may end in a hyphen that is not a true one."""

    text: str
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A block whose lines are not woven together yet."""

    kind: Kind
    rows: tuple[Row, ...]
    level: int = 0
    head: str = ""


@dataclass(frozen=True, slots=True)
class Marker:
    """What opens a list item: its style ("•", "1.", "(a)") and number, and how long it is."""

    style: str
    number: int
    length: int


@cache
def marks() -> Mapping[str, Any]:
    """The glyphs and words of marks.yml; single letters and words in sets."""
    text = Path(__file__).with_name("marks.yml").read_text(encoding="utf-8")
    return {key: frozenset(value) for key, value in yaml.safe_load(text).items()}


def folded(text: str) -> str:
    """`text` with ligatures spelt out and white space folded; only a last soft hyphen is kept."""
    text = unicodedata.normalize("NFC", " ".join(text.translate(_FOLDS).split()))
    return text[:-1].replace(SOFT_HYPHEN, "") + text[-1:]


def words_of(lines: Iterable[str]) -> Counter[str]:
    """How often each word stands whole in `lines`; fragments at a broken end don't count."""
    counts: Counter[str] = Counter()
    broken = False
    for line in lines:
        text = _WORD.sub("", line, count=1) if broken and _WORD.match(line) else line
        broken = ends_in_hyphen(line)
        counts.update(_WORD.findall((_LAST_WORD.sub("", text) if broken else text).casefold()))
    return counts


def ends_in_hyphen(text: str) -> bool:
    """Whether a word may go on in the next line."""
    return text.endswith(SOFT_HYPHEN) or _last_word(text) is not None


def _last_word(text: str) -> re.Match[str] | None:
    """The word before a hyphen at the end of `text`."""
    return _LAST_WORD.search(text) if text.endswith("-") else None


def ends_sentence(text: str) -> bool:
    """Whether `text` ends with a full stop or its like, perhaps with a reference mark behind."""
    return bool(_SENTENCE_END.search(text.rstrip()))


def seam(left: str, right: str, words: Mapping[str, int]) -> tuple[str, str]:
    """What stays of `left` before `right`, and what stands between: a space or nothing."""
    if left.endswith(SOFT_HYPHEN):
        return left[:-1], ""
    if not left or _NO_SPACE_AFTER.search(left[-2:]) or (_is_broken_url(left) and _is_low(right)):
        return left, ""
    before, after = _last_word(left), _WORD.match(right)
    if before and after:
        keeps = right[0].isupper() or _is_compound(before[1], after[0], words)
        return (left if keeps else left[:-1]), ""
    joins = left.endswith("-") and left[-2:-1].isalnum() and right[:1].isalnum()
    return left, "" if joins else " "


def _is_broken_url(text: str) -> bool:
    """Whether `text` ends in an address, at a sign after which addresses are broken."""
    return text.endswith(_URL_BREAKS_AFTER) and bool(_URL.search(text.rpartition(" ")[2]))


def _is_low(text: str) -> bool:
    return text[:1].islower() or text[:1].isdigit()


def _is_compound(left: str, right: str, words: Mapping[str, int]) -> bool:
    """Whether the hyphen between two halves of a broken word is a true one."""
    left, right = left.casefold(), right.casefold()
    hyphenated, joined = words.get(f"{left}-{right}", 0), words.get(left + right, 0)
    if hyphenated or joined:
        return hyphenated > joined
    if "-" in left or "-" in right:
        return True
    known = marks()
    if right in known["compound_right"] and len(right) <= _SHORT and left not in words:
        return left in known["compound_left"]  # "Tues-day"
    if left in known["compound_left"] or right in known["compound_right"]:
        return len(right) > 3 or right in words
    if left in known["unfinished_words"]:
        return False
    return len(left) > 2 and len(right) > 3 and left in words and words.get(right, 0) > 1


def weave(rows: Sequence[Row], words: Mapping[str, int]) -> tuple[str, tuple[Line, ...]]:
    """The running text of `rows` and where each began in it."""
    text, lines = "", []
    for row in rows:
        tail = text[-_TAIL:]
        kept, between = seam(tail, row.text, words)
        if cut := len(tail) - len(kept):
            text = text[:-cut]
        text += between
        if row.page is not None:
            lines.append(Line(char_start=len(text), page=row.page, box=row.box))
        text += row.text
    return text.removesuffix(SOFT_HYPHEN), tuple(lines)


def to_block(draft: Draft, words: Mapping[str, int]) -> Block:
    """The finished block; a list item loses its marker."""
    rows = draft.rows
    if draft.kind == "list_item":
        rows = (_unmarked(rows[0]), *rows[1:])
    text, lines = weave([row for row in rows if row.text], words)
    return Block(kind=draft.kind, text=text, level=draft.level, head=draft.head, lines=lines)


def _unmarked(row: Row) -> Row:
    found = marker(row.text)
    text = row.text[found.length :].lstrip() if found else row.text
    return Row(text=text, page=row.page, box=row.box)


_NUMBERED = re.compile(
    r"(?P<open>[(\[]?)(?P<value>\d{1,2}|[a-z]|[ivx]{2,4}|[A-Z](?=\)))(?P<close> ?\.|[)\]])"
    r"(?:\s+(?=\S)|(?=[A-Z‘“'\"]))"
)
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")


def marker(text: str) -> Marker | None:
    """The bullet or number that opens `text`, if one does."""
    known = marks()
    if text[:1] in known["bullets"]:
        return Marker(text[0], 0, len(text) - len(text[1:].lstrip()))
    if text[:1] in known["bullets_before_space"] and text[1:2] == " ":
        return Marker(text[0], 0, len(text) - len(text[1:].lstrip()))
    found = _NUMBERED.match(text)
    if not found or (found["open"] == "[") != (found["close"] == "]"):
        return None
    value = found["value"]
    kind = "1" if value.isdigit() else "a"
    return Marker(f"{found['open']}{kind}{found['close'].strip()}", _number(value), found.end())


def _number(value: str) -> int:
    if value.isdigit():
        return int(value)
    if len(value) > 1:
        return _ROMAN.index(value) + 1 if value in _ROMAN else 0
    return ord(value.casefold()) - ord("a") + 1


class Outline:
    """The list that is being read: which markers go on, and how deep each item stands."""

    def __init__(self) -> None:
        self._stack: list[tuple[float, str]] = []
        self._numbers: dict[str, int] = {}

    def admits(self, found: Marker) -> bool:
        """Whether a marker can open an item here; a number must begin a list or follow the last."""
        last = self._numbers.get(found.style)
        roman = found.number == 9 and found.style.strip("().") == "a"
        return found.number <= 1 or roman or (last is not None and found.number == last + 1)

    def enter(self, found: Marker, indent: float, tolerance: float) -> int:
        """The depth, from 1, of an item at `indent`; remembers it for those that follow."""
        self._numbers[found.style] = found.number
        while self._stack and self._stack[-1][0] > indent + tolerance:
            self._stack.pop()
        if self._stack and abs(self._stack[-1][0] - indent) <= tolerance:
            self._close_inner(found.style)
        self._stack.append((indent, found.style))
        return len(self._stack)

    def _close_inner(self, style: str) -> None:
        """Without an indent the style tells: one seen before returns, a lower rank goes deeper."""
        styles = [known for _, known in self._stack]
        if style == styles[-1]:
            self._stack.pop()
        elif style in styles:
            del self._stack[styles.index(style) :]
        elif _rank(style) < _rank(styles[-1]):
            self._stack.pop()

    def leave(self) -> None:
        """Ends the list, for a paragraph follows; numbers may still go on behind it."""
        self._stack.clear()

    def restart(self) -> None:
        """Forgets everything, for a new section begins."""
        self._stack.clear()
        self._numbers.clear()


def _rank(style: str) -> int:
    """Numbers stand above letters, and letters above bullets."""
    return 0 if "1" in style else 1 if "a" in style else 2


_ADDRESS = re.compile(r"@|https?:|www\.|\bdoi\b", re.I)


def is_title(text: str, *, most_words: int = 16) -> bool:
    """Whether `text` could be a heading by its words alone: short, capital first, no final stop."""
    words = text.split()
    if not words or len(words) > most_words or not any(map(str.isalpha, text)):
        return False
    if _ADDRESS.search(text):
        return False
    first = text.lstrip("‘“'\"([ 0123456789.)")[:1]
    last = words[-1].casefold().strip("’”'\"")
    return first.isupper() and text[-1] not in ".,;:-–—" and last not in marks()["unfinished_words"]
