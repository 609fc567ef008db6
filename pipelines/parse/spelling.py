"""Words that print has split or run together, mended where the document's own words prove it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from pipelines.parse.flow import ends_in_hyphen, marks
from pipelines.parse.quality import english, is_known

_WORD = re.compile(r"(?<![\w@/.’'-])[^\W\d_]++(?![\w@/’'-])")
_PIECE = re.compile(r"([“‘\"'(]*)([^\W\d_]+)([”’\"').,;:!?]*)")
_ENDS_IN_L = re.compile(r"(?<!\bet )(?<![\w@/.’'-])[A-Z]?[a-z]+l(?![\w@/’'-]|\.\w)")
_FIRST = re.compile(r"(\s*+\S*+).*", re.DOTALL)
_INITIAL = re.compile(r"([B-HJ-Z]) ([a-z]{2,40}+)(?![\w@/’'-])")
_AROUND = "“‘”’\"'(),.;:!?"
_SHORTEST = 6
"""Letters of a word that can be two."""
_LONGEST = 40
_MOST_PARTS = 4
_LONG_PART = 4
_LIGATURES = ("ffi", "ffl", "fi", "fl", "ff", "tt", "ti", "ft", "l")
"""What fonts draw as one sign, for which an extraction may give a space ("signi cant"), and the
second of two letters, for which it may do so too ("col aborate")."""
_OFTEN_LOST = 4
"""Different words that such a sign mends, from which on it counts as lost throughout."""
_OFTEN_GLUED = 3
"""Different words run together, from which on a document is one that runs words together."""
_OFTEN_SPLIT = 3
"""Different words split, from which on a document is one that splits words."""
_RARE = 3
"""What stands as often as this is a word of the document, whatever it is."""


def mended(lines: Sequence[str]) -> list[str]:
    """The lines with words split or run together as the rest of the document has them."""
    cut = [_without_halves(*pair) for pair in pairwise(["", *lines])]
    bodies = _mended([body for _, body, _ in cut])
    return [first + body + last for (first, _, last), body in zip(cut, bodies, strict=True)]


def _without_halves(before: str, line: str) -> tuple[str, str, str]:
    """A line parted from what goes on with the line before it, and from what the next goes on."""
    goes_on = ends_in_hyphen(before) or before.endswith(" et")
    first = _FIRST.sub(r"\1", line) if goes_on else ""
    end = max(len(first), line.rfind(" ") + 1) if ends_in_hyphen(line) else len(line)
    return first, line[len(first) : end], line[end:]


def _mended(lines: Sequence[str]) -> list[str]:
    """The lines, without the halves of words that hyphens break, mended."""
    tokens = [_WORD.findall(line) for line in lines]
    words = Counter(word.casefold() for line in tokens for word in line)
    lines = _all_parted([_with_initial(line, words) for line in lines], tokens, words)
    lost = _lost_in(lines)
    splits = {whole for line in filter(_has_torn, lines) for whole in _split_in(line, words)}
    known = words if len(splits) >= _OFTEN_SPLIT else {}
    lines = [_closed(line, known, lost) if _has_torn(line) else line for line in lines]
    return [_ENDS_IN_L.sub(_doubled, line) for line in lines] if "l" in lost else list(lines)


def _with_initial(line: str, words: Mapping[str, int]) -> str:
    """A line whose large initial stands apart from its word, joined: "T he towns"."""
    found = _INITIAL.match(line)
    if not found:
        return line
    whole, rest = (found[1] + found[2]).casefold(), found[2]
    is_one = is_known(whole) and 0 < words[whole] >= words[rest]
    return found[1] + line[found.start(2) :] if is_one else line


def _all_parted(
    lines: Sequence[str], tokens: Sequence[Sequence[str]], words: Mapping[str, int]
) -> Sequence[str]:
    """The lines with words run together parted, if the document often runs them together."""
    pairs = {(a.casefold(), b.casefold()) for line in tokens for a, b in pairwise(line)}
    strange = [word for word in {x for line in tokens for x in line} if _is_strange(word)]
    cuts = {word: list(_cuts(word.casefold(), words, _MOST_PARTS)) for word in strange}
    proven = {word for word in strange if any(_is_proven(cut, pairs) for cut in cuts[word])}
    if len(proven) < _OFTEN_GLUED:
        return lines
    likely = {word for word in strange if _is_likely(word, cuts[word], words)}
    glued = {word: _parted(word, cuts[word], words) for word in proven | likely}
    return [_WORD.sub(lambda found: glued.get(found[0], found[0]), line) for line in lines]


def _has_torn(line: str) -> bool:
    """Whether any word of the line is none, without which nothing in it can be mended."""
    return any(map(_is_unknown, line.split(" ")))


@lru_cache(maxsize=50_000)
def _is_unknown(token: str) -> bool:
    bare = token.strip(_AROUND)
    return bare.isalpha() and not is_known(bare)


def _doubled(found: re.Match[str]) -> str:
    """A word that has lost the second of two letters at its end: "wil", and "al" for "all"."""
    word = found[0]
    if word.casefold() == "al":
        is_none = found.string[found.end() : found.end() + 1] != "."  # as in "et al."
    else:
        is_none = not is_known(word)
    return f"{word}l" if is_none and (word + "l").casefold() in english() else word


def _lost_in(lines: Sequence[str]) -> tuple[str, ...]:
    """The ligatures that the whole text has lost."""
    mends: dict[str, set[str]] = {sign: set() for sign in _LIGATURES}
    for line in filter(_has_torn, lines):
        for pair in filter(_is_torn, pairwise(line.split(" "))):
            for sign in _LIGATURES:
                if whole := _filled(pair, sign):
                    mends[sign].add(whole)
    return tuple(sign for sign, wholes in mends.items() if len(wholes) >= _OFTEN_LOST)


def _is_torn(tokens: Sequence[str]) -> bool:
    """Whether one of two tokens is of letters and no word."""
    bare = [token.strip(_AROUND) for token in tokens]
    return all(map(str.isalpha, bare)) and not all(map(is_known, bare))


def _filled(tokens: Sequence[str], sign: str) -> str | None:
    """Two pieces of a word with the sign between them, if that makes one of two that are none."""
    pieces = [_PIECE.fullmatch(token) for token in tokens]
    first, last = pieces[0], pieces[-1]
    if not first or not last or first[3] or last[1] or not last[2].islower():
        return None
    if sign == "l" and not first[2].endswith("l"):
        return None
    whole = first[2] + sign + last[2]
    torn = not (is_known(first[2]) and is_known(last[2])) and not is_known(first[2] + last[2])
    mends = torn and len(whole) > 4 and whole.casefold() in english()
    return f"{first[1]}{whole}{last[3]}" if mends else None


def _is_strange(word: str) -> bool:
    """Whether a word is none that anybody knows, nor a name within which capitals stand."""
    cased = word.islower() or word.isupper() or word[1:].islower()
    return cased and _SHORTEST <= len(word) <= _LONGEST and not is_known(word)


def _parted(word: str, cuts: Sequence[tuple[str, ...]], words: Mapping[str, int]) -> str:
    """The word as the fewest words it consists of, and of these the most frequent."""
    best = max(cuts, key=lambda cut: (-len(cut), min(words[part] for part in cut)))
    ends = [sum(map(len, best[:k])) for k in range(len(best) + 1)]
    return " ".join(word[a:b] for a, b in pairwise(ends))


def _cuts(word: str, words: Mapping[str, int], parts: int) -> Iterator[tuple[str, ...]]:
    """Every way to cut a word into two words of the document or more."""
    for at in range(1, len(word)):
        head, rest = word[:at], word[at:]
        if not _is_word(head, words):
            continue
        if _is_word(rest, words):
            yield head, rest
        if parts > 2:
            yield from ((head, *cut) for cut in _cuts(rest, words, parts - 1))


def _is_word(word: str, words: Mapping[str, int]) -> bool:
    if len(word) < 3 and word not in marks()["unfinished_words"]:
        return False
    return words[word] > 0 and is_known(word)


def _is_proven(cut: Sequence[str], pairs: set[tuple[str, str]]) -> bool:
    """Whether the words stand side by side elsewhere too."""
    return all(pair in pairs for pair in pairwise(cut))


def _is_likely(word: str, cuts: Sequence[Sequence[str]], words: Mapping[str, int]) -> bool:
    """Whether a word that comes once is no name and has no ending or prefix among its parts."""
    once = words[word.casefold()] == 1 and not word.istitle()
    return once and any(_is_long_or_small(cut) for cut in cuts)


def _is_long_or_small(cut: Sequence[str]) -> bool:
    small = marks()["unfinished_words"]
    return all(len(part) >= _LONG_PART or part in small for part in cut) and len(cut[-1]) > 2


def _split_in(line: str, words: Mapping[str, int]) -> Iterator[str]:
    """The words of a line, in small letters, that are split in it."""
    tokens, at = line.split(" "), 0
    while at < len(tokens):
        count = _pieces_of_one(tokens[at : at + 3], words)
        if count > 1:
            yield "".join(tokens[at : at + count]).strip(_AROUND).casefold()
        at += count


def _closed(line: str, words: Mapping[str, int], lost: Sequence[str]) -> str:
    """The line with two or three pieces as the one word they are, if a piece is no word."""
    tokens, at = line.split(" "), 0
    done: list[str] = []
    while at < len(tokens):
        count = _pieces_of_one(tokens[at : at + 3], words)
        pair = tokens[at : at + 2]
        filled = (_filled(pair, sign) for sign in lost if count == 1 and pair[1:])
        whole = next(filter(None, filled), None)
        done.append(whole or "".join(tokens[at : at + count]))
        at += 2 if whole else count
    return " ".join(done)


def _pieces_of_one(tokens: Sequence[str], words: Mapping[str, int]) -> int:
    """How many of the first tokens are one word: 1 to 3."""
    return next((n for n in (3, 2) if _is_one_word(tokens[:n], n, words)), 1)


def _is_one_word(tokens: Sequence[str], count: int, words: Mapping[str, int]) -> bool:
    found = [piece for token in tokens if (piece := _PIECE.fullmatch(token))]
    if len(found) < count or any(x[3] for x in found[:-1]) or any(x[1] for x in found[1:]):
        return False
    pieces, whole = [x[2] for x in found], "".join(x[2] for x in found).casefold()
    if any(len(piece) == 1 for piece in pieces) or not all(map(str.islower, pieces[1:])):
        return False
    if not words.get(whole) or not is_known(whole):
        return False
    return any(not is_known(piece) and words[piece.casefold()] < _RARE for piece in pieces)
