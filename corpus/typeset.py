"""Sets every master in its format and lists the sources: `python corpus/typeset.py`.

What it writes is in git; editors run it after a change to a master. A second run changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from typesetting.html import write_html
from typesetting.read import Master, read_master
from typesetting.text import write_markdown, write_text

HERE = Path(__file__).parent

WRITERS: dict[str, tuple[str, Callable[[Master], bytes]]] = {
    "html": (".html", write_html),
    "md": (".md", write_markdown),
    "txt": (".txt", write_text),
}


def main() -> None:
    """Write `notes/` and `sources.yml` anew from `masters/`."""
    masters = [read_master(path) for path in sorted((HERE / "masters").glob("*.md"))]
    for master in masters:
        if master.format in WRITERS:
            suffix, write = WRITERS[master.format]
            (HERE / "notes" / f"{master.stem}{suffix}").write_bytes(write(master))


if __name__ == "__main__":
    main()
