"""What the places of printed lines say: which are headings, which go on with which."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kb.models import Kind
from pipelines.parse.flow import ends_in_hyphen, ends_sentence, is_title, marker, marks
from pipelines.parse.looks import is_caption
from pipelines.parse.pdf.edges import column_edges, same_place
from pipelines.parse.pdf.lines import PrintedLine
from pipelines.sentences import Splitter, load_splitter

__all__ = ["OpenBlock", "Print", "Style", "breaks_off", "column_edges", "is_capitals", "same_place"]

_AMPLE = 1.2
"""How much more room than its usual width a word needs, to be sure that it had it."""
_ATTRIBUTION = re.compile(r"[–—―-]\s*[^\W\d_]")
_LONGEST_NAME = 12
"""Words; who is quoted is said in no more."""
_SOME_WORDS, _STARTER = "what was said about the", "The"
"""Before and after a full stop: where it ends no sentence between these, it never does ("Dr.")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a document prints its body: size and line distance in points, and whether bold."""

    size: float
    gap: float
    bold: bool


@dataclass(slots=True)
class OpenBlock:
    """The block that is being written."""

    kind: Kind
    lines: list[PrintedLine]
    level: int = 0
    edge: float = 0.0
    """Left of this a list item has ended."""


@dataclass(frozen=True, slots=True)
class Print:
    """A document's style, and for each page and column where its lines begin and end."""

    style: Style
    edges: Mapping[tuple[int, int], tuple[float, float]]

    def edge(self, line: PrintedLine) -> tuple[float, float]:
        """Where the line's column begins and ends."""
        return self.edges.get((line.page, line.column), (line.x0, line.x1))

    def is_full(self, line: PrintedLine) -> bool:
        """Whether a line reaches the column's right edge, or nearly."""
        return line.x1 > self.edge(line)[1] - 6 * self.style.size

    def stands_out(self, line: PrintedLine) -> bool:
        """Whether a line is larger than the body, or bold, or in capitals."""
        strong = (line.bold and not self.style.bold) or is_capitals(line.text)
        return (strong and line.size > 0.85 * self.style.size) or self.is_large(line)

    def is_large(self, line: PrintedLine) -> bool:
        """Whether a line is set larger than the body."""
        return line.size > 1.06 * self.style.size

    def is_heading(self, line: PrintedLine, following: PrintedLine | None) -> bool:
        """Larger than the body, or bold, and worded like a heading."""
        if not self.stands_out(line) or not any(map(str.isalpha, line.text)):
            return False
        if not self.is_large(line) and _is_sentence(line.text):
            return False
        found = marker(line.text)
        if (found and not found.number) or is_caption(line.text):
            return False
        more = following is not None and self.heading_goes_on(line, following)
        return len(line.text.split()) <= 18 and (more or line.text[-1] not in ",;")

    def leads_in(self, line: PrintedLine, following: PrintedLine | None) -> bool:
        """Whether a bold line is the beginning of a sentence that goes on less boldly."""
        if self.is_large(line) or not following or following.bold:
            return False
        near = same_place(line, following) and following.y0 - line.y0 < 1.3 * self.style.gap
        return near and (following.text[0].islower() or not self.had_room(line, following))

    def had_room(self, last: PrintedLine, line: PrintedLine) -> bool:
        """Whether the first word of `line` could have stood at the end of `last`."""
        word = line.text.split()[0]
        width = (last.x1 - last.x0) / max(len(last.text), 1)
        return self.edge(last)[1] - last.x1 > _AMPLE * (len(word) + 1) * width

    def is_plain_heading(
        self, line: PrintedLine, following: PrintedLine | None, *, leads: bool
    ) -> bool:
        """Whether a line is set like the body but stops short where the next word had room.

        A number, italics or another size tell more than the place; `leads` if a heading follows.
        """
        if not following or not same_place(line, following):
            return False
        named = is_section(line.text) or line.italic > following.italic
        marked = named or 0.4 < abs(line.size - following.size) < 1
        most_words = 12 if marked else 8
        labelled = ": " in line.text and not named
        if not is_title(line.text, most_words=most_words) or is_caption(line.text) or labelled:
            return False
        left, right = self.edge(line)
        width, size = right - left, self.style.size
        indent, depth = line.x0 - left, following.x0 - left
        lone = line.x1 < left + (0.8 if marked else 0.6) * width and self.had_room(line, following)
        full = leads or following.x1 > left + 0.8 * width
        full |= ends_sentence(following.text) and following.x1 - left > 1.5 * (line.x1 - left)
        inset = 0.5 * size < indent < 3.5 * size and abs(indent - depth) < 1
        level = indent < 3 and depth < (3.5 * size if marked else 3)
        most = 3 if marked else 1.7 if inset else 1.3
        near = following.y0 - line.y0 < most * self.style.gap
        cased = leads or (following.text[0].isupper() and not marker(following.text))
        return lone and full and (inset or level) and near and cased

    def caption_goes_on(self, last: PrintedLine, line: PrintedLine) -> bool:
        """Whether a caption is printed over more lines than one."""
        left, right = self.edge(line)
        alike = abs(last.size - line.size) < 0.6
        full = last.x1 - last.x0 > 0.95 * (line.x1 - line.x0) and not self.had_room(last, line)
        alike &= last.bold == line.bold or full
        near = same_place(last, line) and line.y0 - last.y0 < 1.2 * max(self.style.gap, line.size)
        lone = last.x1 - last.x0 < 0.6 * (right - left) and line.text[0].isupper()
        aligned = line.x0 > last.x0 - 3 or abs(line.x0 + line.x1 - last.x0 - last.x1) < 6
        return alike and near and aligned and not lone

    def heading_goes_on(self, last: PrintedLine, line: PrintedLine) -> bool:
        """Whether a heading is printed over more lines than one."""
        if not self.stands_out(last):
            return False
        by_type = self.is_large(last) or (last.bold and not self.style.bold)
        alike = abs(last.size - line.size) < 0.6 and last.bold == line.bold
        alike &= by_type or line.text.isupper()
        near = same_place(last, line) and line.y0 - last.y0 < 1.7 * line.size
        numbered = re.match(r"\d+\.\d|\d+\.\s", line.text)
        return alike and near and not numbered and not is_caption(line.text)

    def is_bold_run(self, block: OpenBlock, line: PrintedLine) -> bool:
        """A bold line in the middle of a sentence is emphasis, not a heading."""
        last = block.lines[-1]
        cut = not ends_sentence(last.text) and last.text[-1] != ":"
        same_size = abs(last.size - line.size) < 0.6
        near = same_place(last, line) and line.y0 - last.y0 < 1.3 * self.style.gap
        full = last.x1 > self.edge(last)[1] - 5 * self.style.size
        return cut and same_size and near and full

    def runs_on(self, block: OpenBlock, last: PrintedLine, line: PrintedLine) -> bool:
        """Whether the next line of the same column goes on: no wide gap, new size or indent."""
        style, (left, right) = self.style, self.edge(line)
        gap = line.y0 - last.y0
        usual = _own_gap(block.lines) or style.gap
        ended = self._has_ended(block, line)
        if ended and line.italic != last.italic and gap > 1.17 * max(usual, style.gap):
            return False
        if block.kind == "list_item" and ended and self._is_next_of_item(block, line):
            return True
        if gap > 1.3 * max(usual, line.size) or gap < -2 * line.size:
            return False
        if gap > 1.17 * max(usual, style.gap) and ended:
            return False
        if abs(line.size - last.size) > 0.12 * style.size:
            return False
        short = last.x1 < right - 1.5 * style.size
        if block.kind == "list_item":
            return self.item_goes_on(block, line, ended=ended)
        indented = left + 0.5 * style.size < line.x0 < left + 3.5 * style.size
        if indented and line.x0 > last.x0 + 0.5 * style.size and last.x0 < left + 3:
            return False
        return not (short and ended)

    def _is_next_of_item(self, block: OpenBlock, line: PrintedLine) -> bool:
        """Whether a line opens a further paragraph of an item, flush with the item's text."""
        size, last = self.style.size, block.lines[-1]
        hangs = line.x0 > self.edge(line)[0] + 0.5 * size and abs(line.x0 - block.edge) < 1.2
        if len(block.lines) == 1:
            hangs = 0.5 * size < line.x0 - last.x0 < 3.5 * size
        apart = 1.17 * self.style.gap < line.y0 - last.y0 < 2 * self.style.gap
        return hangs and apart and abs(line.size - last.size) < 0.6

    def is_attribution(self, block: OpenBlock, line: PrintedLine) -> bool:
        """Whether a line names who is quoted: behind a dash, after italics or closing quotes."""
        last = block.lines[-1]
        if not _ATTRIBUTION.match(line.text) or not same_place(last, line):
            return False
        quoted = last.text[-1] in "”’\"'" or all(x.italic for x in block.lines)
        near = line.y0 - last.y0 < 2 * self.style.gap
        return quoted and near and len(line.text.split()) <= _LONGEST_NAME

    def is_indented(
        self, block: OpenBlock, line: PrintedLine, following: PrintedLine | None
    ) -> bool:
        """Whether a line after an item opens a paragraph: the next one is back at the edge."""
        if not following or not same_place(line, following) or marker(following.text):
            return False
        size, left = self.style.size, self.edge(line)[0]
        back = following.x0 < min(line.x0 - 0.5 * size, left + 3)
        near = following.y0 - line.y0 < 1.3 * self.style.gap
        last = block.lines[-1]
        hung = last.x0 > left + 3 or len(block.lines) == 1
        rests = line.text[0].isupper() and self.had_room(last, line)
        return back and near and hung and (rests or self._has_ended(block, line))

    def item_goes_on(self, block: OpenBlock, line: PrintedLine, *, ended: bool) -> bool:
        """Whether a line goes on with an item: it hangs as the item's lines do, or is its rest."""
        first, last = block.lines[0], block.lines[-1]
        left, right = self.edge(last)
        indent = line.x0 - self.edge(line)[0]
        own = first.x0 - self.edge(first)[0]
        hang = block.edge - self.edge(first)[0]
        rest = not ended and (line.text[0].islower() or breaks_off(last.text))
        if not same_place(last, line):
            return rest or (indent > max(hang - 2, 3) and (not ended or self.is_full(last)))
        if indent >= hang - 2:
            return not (ended and last.x1 < right - 0.25 * (right - left))
        known = len(block.lines) > 1 and hang > own + 3
        return rest and not known and not self.had_room(last, line)

    def _has_ended(self, block: OpenBlock, line: PrintedLine) -> bool:
        """Whether a full stop before `line` ends a sentence, rather than shortening a word."""
        last, word = block.lines[-1], line.text.split()[0]
        if not ends_sentence(last.text):
            return False
        had_room = self.had_room(last, line)
        text = " ".join(x.text for x in block.lines[-2:])
        if _is_shortened(text, word):
            may_end = not _is_shortened(f"{_SOME_WORDS} {text}", _STARTER)
            return may_end and had_room and word[0].isupper()
        return had_room or not word[0].islower()

    def crosses(self, block: OpenBlock, last: PrintedLine, line: PrintedLine) -> bool:
        """Whether a sentence goes on over the end of a column or page, or over a float."""
        style = self.style
        if abs(line.size - last.size) > 0.12 * style.size or block.kind == "caption":
            return False
        left, _ = self.edge(line)
        low = line.text[0].islower()
        is_formula = line.x0 > left + 3.5 * style.size
        ended = self._has_ended(block, line) or (last.text[-1] == ":" and (is_formula or not low))
        if block.kind == "list_item":
            return self.item_goes_on(block, line, ended=ended)
        if not ended:
            return low or self.is_full(last) or ends_in_hyphen(last.text)
        indented = line.x0 > left + 0.5 * style.size
        tells = not same_place(last, line) or len(block.lines) > 2
        return tells and not indented and not self.had_room(last, line)


def _is_shortened(text: str, word: str) -> bool:
    """Whether the full stop that ends `text` shortens its last word, where `word` follows."""
    name = re.sub(r"^\W+", "", word)
    probe = f"{text} {name[:1].upper()}{name[1:]} was"
    return bool(name) and all(end != len(text) for _, end in _splitter()(probe))


@cache
def _splitter() -> Splitter:
    return load_splitter()


_SECTION = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+[A-Z]")


def is_section(text: str) -> bool:
    """Whether a line begins as numbered headings do."""
    return bool(_SECTION.match(text))


def is_capitals(text: str) -> bool:
    """Whether a line is set in capitals, and longer than an acronym."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 5 and all(map(str.isupper, letters)) and not ends_sentence(text)


def breaks_off(text: str) -> bool:
    """Whether a line ends as no sentence and no item does."""
    word = text.split()[-1].casefold()
    return ends_in_hyphen(text) or text[-1] == "," or word in marks()["unfinished_words"]


def _is_sentence(text: str) -> bool:
    return ends_in_hyphen(text) or (ends_sentence(text) and text[-1] not in "?!")


def _own_gap(lines: Sequence[PrintedLine]) -> float | None:
    """The distance of the last two lines, if they stand in one column."""
    if len(lines) < 2 or not same_place(lines[-2], lines[-1]):
        return None
    gap = lines[-1].y0 - lines[-2].y0
    return gap if gap > 0.7 * lines[-1].size else None
