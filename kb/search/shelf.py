"""Arrays on disk: written whole or not at all, opened by memory map."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.atomic import write_whole
from kb.digests import file_sha256

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
else:
    Array = Any

SUMS = "sums.json"
"""The sha256 of each array."""
SMALL = 1_000_000
"""Arrays of so many bytes are checked whenever they are opened, larger ones if a search fails."""

Arrays = Mapping[str, Array]


def save_arrays(folder: Path, arrays: Arrays) -> None:
    """Write arrays into a folder that appears at once, whole; one that is there is replaced."""
    import numpy as np

    made = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    for name, array in arrays.items():
        with (made / f"{name}.npy").open("wb") as file:
            np.save(file, np.ascontiguousarray(array), allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
    sums = {path.name: file_sha256(path) for path in made.iterdir()}
    write_whole(made / SUMS, json.dumps(sums).encode())
    made.chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)
    made.replace(folder)


def is_intact(folder: Path) -> bool:
    """Say whether the arrays of a folder are as they were written; all of them are read."""
    try:
        return all(file_sha256(folder / name) == sum for name, sum in _sums(folder).items())
    except (OSError, ValueError):
        return False


def _sums(folder: Path) -> dict[str, str]:
    sums = json.loads((folder / SUMS).read_bytes())
    if not isinstance(sums, dict):
        raise ValueError(f"{folder / SUMS} is damaged")
    return sums


def load_arrays(folder: Path, names: tuple[str, ...]) -> dict[str, Array]:
    """Map the arrays of a folder into memory; raises OSError or ValueError if one is broken."""
    import numpy as np

    sums = _sums(folder)
    for path in (folder / f"{name}.npy" for name in names):
        if path.stat().st_size <= SMALL and file_sha256(path) != sums.get(path.name):
            raise ValueError(f"{path} is damaged")
    mapped = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in names}
    # plain views of what is mapped, which numpy reads a piece of in a tenth of the time
    return {name: np.asarray(array) for name, array in mapped.items()}


def remove_others(folder: Path, kept: set[str]) -> None:
    """Remove what else lies in a folder; what cannot be removed now is left for another time."""
    for path in folder.iterdir():
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(True)
