"""The typeset documents, kept until a module or a word of the benchmark changes."""

from __future__ import annotations

import pickle
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path

from designs import Design, Typeset
from masters import master

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / "build" / "bench-reading"
MAKERS = ("masters.py", "writer.py", "designs.py", "words.yml")


@cache
def digest(setter: str) -> str:
    """What changes when a document has to be set anew."""
    names = [*MAKERS, *sorted(p.name for p in HERE.glob(f"set_{setter}*.py"))]
    return sha256(b"".join((HERE / name).read_bytes() for name in names)).hexdigest()[:16]


def typeset(design: Design) -> Typeset:
    """The document of a design; its PDF is left in build/bench-reading to be looked at."""
    key = sha256(f"{design}{digest(design.setter)}".encode()).hexdigest()
    kept = FOLDER / f"{design.name}.pickle"
    if kept.exists():
        stored_key, stored = pickle.loads(kept.read_bytes())
        if stored_key == key and isinstance(stored, Typeset):
            return stored
    made: Typeset = import_module(f"set_{design.setter}").typeset(master(design.master), design)
    FOLDER.mkdir(parents=True, exist_ok=True)
    write(FOLDER / f"{design.name}.pdf", made.pdf)
    write(kept, pickle.dumps((key, made)))
    return made


def write(path: Path, content: bytes) -> None:
    """Put a file in its place whole, since several runs may go on at once."""
    part = path.with_suffix(f".{sha256(content).hexdigest()[:8]}.part")
    part.write_bytes(content)
    part.replace(path)
