"""What of an entry behind its names is the title, and what it is part of."""

from __future__ import annotations

import re
from functools import cache

from pipelines.cite.names import UPPER, YEAR
from pipelines.cite.words import any_of

CLOSED = r"(?=[\s,.;]*(?:$|[,.;(\[]|[A-ZÀ-Þ\d]|in\s))(?!\w)"
QUOTED = re.compile(
    rf"\s*(?:“(.+?)”{CLOSED}|‘(.+?)’{CLOSED}|\"(.+?)\"{CLOSED}|'(.+?)'{CLOSED}|«(.+?)»{CLOSED})"
)
PLACE_IN_SOURCE = re.compile(
    rf"[\s,.;(]*(?:[(\[]?{YEAR}[a-z]?[)\]]?\s*[;:,.]?\s*)?(?:\bvol(?:ume)?\.?\s*)?"
    r"(?:\d+\s*[(:,]|\d+\s*$|\bp{1,2}\.?\s*\d|\bno\.?\s*\d|\bissue\s*\d).*$", re.I
)  # fmt: skip


@cache
def sentence_end() -> re.Pattern[str]:
    """Where a title ends: a stop before a capital or a digit, but not behind a shortened word."""
    return re.compile(
        rf"(?P<stop>[.?!])[”’\"']?\s+(?=[\[(“‘\"']?(?:[{UPPER}\d]|https?:|(?:med|bio|ar)R?[xX]iv))"
    )


def title_and_rest(body: str) -> tuple[str | None, str | None]:
    """The title, and the journal, book or publisher that follows it."""
    body = body.strip(" .,;:")
    if quoted := QUOTED.match(body):
        title, rest = next(filter(None, quoted.groups())), body[quoted.end() :]
    else:
        end, after = title_end(body)
        title, rest = body[:end], body[after:]
        if (
            re.fullmatch(
                rf"(?:(?:[\w.&’']+\s+){{1,7}}{YEAR}\s*;.*|[{UPPER}]+,?\s[\w\s]*{YEAR}(?:,.*)?)",
                title,
            )
            and not rest
        ):
            return None, container_of(title)
    return tidy_title(title), container_of(rest)


def title_end(body: str) -> tuple[int, int]:
    """Where the title ends, and where what follows it begins."""
    for found in sentence_end().finditer(body):
        if not goes_on(body, found):
            end = found.start() + (found["stop"] != ".")
            cut = imprint_start(body[:end])
            return (cut, cut) if cut else (end, found.end())
    cut = imprint_start(body)
    return (cut, cut) if cut else (len(body), len(body))


def goes_on(body: str, found: re.Match[str]) -> bool:
    """Whether the stop is that of a shortened word, an initial or a number within the title."""
    before = body[: found.start()]
    if found["stop"] != ".":
        return bool(re.match(rf"(?:\S+ ){{2,}}[^.?!]{{5,}}[.?]\s+[{UPPER}“]", body[found.end() :]))
    following = re.match(rf"([^.?!:]+)\.\s+(?=[{UPPER}])", body[found.end() :])
    if following and is_subtitle(following[1], body[found.end() + following.end() :]):
        return True
    return bool(
        re.search(rf"(?:^|[\s(])(?:(?i:{any_of('shortened')})|[{UPPER}])$", before)
        and not re.search(r"\b(?:[A-Z] ?){2}$", before)
    )


def is_subtitle(text: str, rest: str) -> bool:
    """Whether what follows a title and a stop is still of it: small words, then a journal."""
    small = re.findall(r"(?<![\w-])[a-zà-ÿ]{5,}", text)
    return len(small) >= 2 and bool(
        re.match(r"[^.?!]{2,60}[.;,]?\s*(?:\d{4}\s*;\s*)?\d+\s*[(:]", rest)
    )


def imprint_start(title: str) -> int:
    """Where, in a title run on with commas, what it was published in begins; 0 if nowhere."""
    for pattern in (
        rf"\s+\([^()]*\b{YEAR}[a-z]?\)(?=[\s,;.]|$)",
        rf",\s+[{UPPER}][\w&'’.\s-]{{2,80}}?,\s*(?:vol(?:ume)?\.?\s*)?\d+(?:\s*\(|\s*,|:)",
        rf",\s+[{UPPER}][\w.'’-]+(?:\s[{UPPER}][\w.'’-]+){{0,2}}(?:,\s[{UPPER}]\w+)?\s*:\s",
        rf",\s+in\s+[{UPPER}]",
        r",\s+[^,]*\b(?:Press|Publishing|Publishers|Publications|Books|Verlag)\b",
        rf",\s+[{UPPER}][\w&'’\s-]{{2,70}},\s*(?:[\w\s]{{0,30}},\s*)?[(\[]?{YEAR}[)\]]?\.?$",
        rf"[,;]\s*(?:[\w.]+\s+)?[(\[]?{YEAR}[)\]]?\.?$",
    ):
        found = re.search(pattern, title)
        if found and len(title[: found.start()].split()) >= 2:
            return found.start()
    return 0


def tidy_title(title: str) -> str | None:
    """The title without its medium, edition, and the stops around it; None if no word is left."""
    title = re.sub(rf"\s*[\[(]\s*(?i:{any_of('media')})\b[^\])]*[\])]", "", title)
    title = re.sub(r"\s*\(?\b\d+(?:st|nd|rd|th)\s+edn?(?:ition)?\b\.?\)?", "", title)
    title = re.sub(rf"\s*[\[(]\s*(?i:{any_of('pending')})\b[^\])]*[\])]", "", title).strip(
        " .,;:*_"
    )
    for opening, closing in ("“”", "‘’", '""', "''"):
        if title.startswith(opening) and title.endswith(closing):
            title = title[1:-1].strip(" .,;:")
    return title if re.search(r"[^\W\d_]{2}", title) else None


def container_of(rest: str) -> str | None:
    """The journal, book or publisher without volume, pages and year."""
    rest = rest.strip(" .,;:()[]")
    rest = re.sub(r"^(?:[Ii]n|en)\s*:?\s+(?=[A-Z])", "", rest)
    rest = re.sub(rf"^.{{0,120}}?\b(?i:{any_of('roles')})\b\.?\)?[,.]?\s+(?=[A-Z])", "", rest)
    rest = re.split(rf"[;,]\s*[(\[]?{YEAR}", rest)[0]
    rest = re.sub(r"^[\d\s()\[\],;:]+", "", PLACE_IN_SOURCE.sub("", rest))
    rest = re.sub(rf"[\s,.;(\[]*{YEAR}[a-z]?[)\]]?[\s.]*$", "", rest)
    day = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?(?i:{any_of('months')})\b\.?(?:\s+\d{{1,2}})?"
    rest = re.sub(rf"[\s,.;(\[]*{day}[\s,.]*$", "", rest)
    first = re.split(r"(?<=[^\W\d_]{5})[.;]\s+(?=[A-Z])", rest)[0].strip(" .,;:()[]")
    first = re.sub(r"\s*[\[(][^\])]*$", "", first)
    words = first.split()
    return first if words and len(words) <= 20 and re.search(r"[^\W\d_]{2}", first) else None
