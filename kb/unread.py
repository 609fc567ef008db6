"""Which pages could not be read, and what to do, in words."""

from __future__ import annotations

from collections.abc import Sequence

from kb.models import ReadBy


def unread_text(read_by: ReadBy, pages: Sequence[int]) -> str:
    """Say which pages could not be read, why, and what to do."""
    name = "page" if len(pages) == 1 else "pages"
    return f"{name} {ranges_text(pages)}: {UNREAD[read_by]}"


UNREAD: dict[ReadBy, str] = {
    "nothing": "images without text; "
    "install Tesseract (apt-get install tesseract-ocr) and build again",
    "failed": "images on which Tesseract failed; build again to have it try anew",
    "damaged": "damaged; open the file in a viewer and save it anew",
    "ocr": "no words could be recognised; supply a better scan if there are any",
}


def ranges_text(numbers: Sequence[int]) -> str:
    """Give ascending numbers with runs shortened: 1, 3–5."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if run[1:] else f"{run[0]}" for run in runs)
