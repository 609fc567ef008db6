"""Sets every master in its format and lists the sources: `python corpus/typeset.py`.

What it writes is in git; editors run it after a change to a master. A second run changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from typesetting.docx import write_docx
from typesetting.html import write_html
from typesetting.jats import write_jats
from typesetting.pdf import write_one_column, write_two_columns
from typesetting.read import Master, read_master
from typesetting.sources import write_sources
from typesetting.text import write_markdown, write_text

HERE = Path(__file__).parent

WRITERS: dict[str, tuple[str, Callable[[Master], bytes]]] = {
    "pdf": (".pdf", write_one_column),
    "pdf-two-column": (".pdf", write_two_columns),
    "docx": (".docx", write_docx),
    "html": (".html", write_html),
    "jats": (".xml", write_jats),
    "markdown": (".md", write_markdown),
    "text": (".txt", write_text),
}


def main() -> None:
    """Write `notes/` and `sources.yml` anew from `masters/`."""
    masters = [read_master(path) for path in sorted((HERE / "masters").glob("*.md"))]
    shipped = {f"notes/{master.stem}{WRITERS[master.format][0]}": master for master in masters}
    for old in (HERE / "notes").iterdir():
        if f"notes/{old.name}" not in shipped:
            old.unlink()
    for path, master in shipped.items():
        _, write = WRITERS[master.format]
        (HERE / path).write_bytes(write(master))
    (HERE / "sources.yml").write_bytes(write_sources(shipped))


if __name__ == "__main__":
    main()
