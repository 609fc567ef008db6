"""An image goes in, and words with their places come out: what Tesseract answers, in records."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass

from lxml import etree

from kb.models import Box
from pipelines.tesseract import Tesseract

PATIENCE = 90
"""Seconds by the clock that one page may take."""

NUMBER = r"(-?\d+(?:\.\d+)?)"
BBOX = re.compile(rf"bbox {NUMBER} {NUMBER} {NUMBER} {NUMBER}")
BASELINE = re.compile(rf"baseline {NUMBER} {NUMBER}")
SIZE = re.compile(rf"x_size {NUMBER}")
DESCENDERS = re.compile(rf"x_descenders {NUMBER}")
CONFIDENCE = re.compile(r"x_wconf (\d+)")
ROTATE = re.compile(rb"Rotate: (\d+)")


@dataclass(frozen=True, slots=True)
class SeenWord:
    """A word as recognised, its box in pixels, and from 0 to 100 how sure that is."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line as recognised; `slope` and `base` give its baseline at x as base + slope * x."""

    words: tuple[SeenWord, ...]
    slope: float
    base: float
    size: float
    descenders: float


def recognise(tesseract: Tesseract, image: bytes, dpi: float) -> list[SeenLine] | None:
    """The lines in an image (PGM), in Tesseract's order; None if it fails or takes too long."""
    options = ["-l", tesseract.language, "--psm", "3", "hocr"]
    answer = run(tesseract, image, dpi, options)
    if answer is None:
        return None
    if not answer:
        return []
    parser = etree.XMLParser(recover=True, huge_tree=False, resolve_entities=False, no_network=True)
    root = etree.fromstring(answer, parser)
    found = root.iterfind(".//{*}span") if root is not None else ()
    lines = (seen_line(span) for span in found if "baseline" in span.get("title", ""))
    return [line for line in lines if line.words]


def turned(tesseract: Tesseract, image: bytes, dpi: float) -> int:
    """By how many quarters, clockwise, an image must be turned to stand upright."""
    answer = run(tesseract, image, dpi, ["--psm", "0"]) if tesseract.turns else None
    found = ROTATE.search(answer or b"")  # it fails where it sees too few letters to tell
    return int(found[1]) // 90 % 4 if found else 0


def run(tesseract: Tesseract, image: bytes, dpi: float, options: list[str]) -> bytes | None:
    """What the program answers to an image; None if it fails or takes too long."""
    command = [tesseract.command, "stdin", "stdout", "--dpi", str(round(dpi)), *options]
    env = {**os.environ, "OMP_THREAD_LIMIT": "1"}  # several pages at once are faster than threads
    try:
        done = subprocess.run(
            command, input=image, capture_output=True, timeout=PATIENCE, env=env, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


def seen_line(span: etree._Element) -> SeenLine:
    """A line of hOCR."""
    title = span.get("title", "")
    left, _, _, bottom = numbers(BBOX, title)
    slope, offset = numbers(BASELINE, title)
    (size,), (descenders,) = numbers(SIZE, title), numbers(DESCENDERS, title)
    words = (seen_word(each) for each in span.iterfind("{*}span"))
    return SeenLine(
        words=tuple(word for word in words if word.text),
        slope=slope,
        base=bottom + offset - slope * left,
        size=size,
        descenders=descenders,
    )


def seen_word(span: etree._Element) -> SeenWord:
    """A word of hOCR."""
    title = span.get("title", "")
    x0, y0, x1, y1 = numbers(BBOX, title)
    (confidence,) = numbers(CONFIDENCE, title)
    return SeenWord("".join(map(str, span.itertext())).strip(), (x0, y0, x1, y1), confidence)


def numbers(pattern: re.Pattern[str], title: str) -> tuple[float, ...]:
    """The numbers that a property of hOCR holds, zeros if it is not there."""
    found = pattern.search(title)
    return tuple(map(float, found.groups())) if found else (0.0,) * pattern.groups
