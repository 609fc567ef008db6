"""Pages per second and peak memory of each reader, each in a process of its own."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from designs import Design
from readers import PEERS, read_ours, splitter
from store import typeset

LONG = Design(name="book-of-1000-pages", setter="typst", master="book-505", columns=2, gutter=14)
"""About a thousand pages from one master."""


def print_speed(chosen: Sequence[Design]) -> None:
    """Print a line a reader for the typeset set and for one long document."""
    sets = {
        "the typeset set": [typeset(design).pdf for design in chosen],
        "one long document": [typeset(LONG).pdf],
    }
    for label, pdfs in sets.items():
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / f"{number}.pdf" for number, _ in enumerate(pdfs)]
            for path, pdf in zip(paths, pdfs, strict=True):
                path.write_bytes(pdf)
            print(f"\n{label}, {page_count(paths)} pages")
            print(f"{'':20}{'pages/s':>10}{'peak MB':>10}")
            for tool in ("ours", *PEERS):
                seconds, peak = measured(tool, paths)
                print(f"{tool:20}{page_count(paths) / seconds:10.1f}{peak:10}", flush=True)


def page_count(paths: Sequence[Path]) -> int:
    """How many pages the files have."""
    import pypdfium2

    return sum(len(pypdfium2.PdfDocument(path)) for path in paths)


def measured(tool: str, paths: Sequence[Path]) -> tuple[float, int]:
    """Seconds and peak megabytes of one reader over the files, models and imports not timed."""
    command = [sys.executable, __file__, tool, *map(str, paths)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    seconds, peak = json.loads(answer.splitlines()[-1])
    return seconds, peak


def main(tool: str, paths: Sequence[Path]) -> None:
    """Read the files with one reader, and print seconds and megabytes."""
    if tool == "ours":
        splitter()
    reader = read_ours if tool == "ours" else PEERS[tool]
    start = time.perf_counter()
    for path in paths:
        reader(path.read_bytes())
    seconds = time.perf_counter() - start
    print(json.dumps([seconds, peak_megabytes()]))


def peak_megabytes() -> int:
    """The most memory that this process held, in megabytes.

    Linux hands getrusage's figure on from parent to child, so its own is read where there is one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s*(\d+)", status.read_text())
        return round(int(found[1]) / 1024) if found else 0
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main(sys.argv[1], [Path(argument) for argument in sys.argv[2:]])
