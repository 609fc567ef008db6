"""Arrays on disk: written whole or not at all, opened by memory map."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
else:
    Array = Any

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
    made.chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)
    made.replace(folder)


def load_arrays(folder: Path, names: tuple[str, ...]) -> dict[str, Array]:
    """Map the arrays of a folder into memory; raises OSError or ValueError if one is broken."""
    import numpy as np

    mapped = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in names}
    # plain views of what is mapped, which numpy reads a piece of in a tenth of the time
    return {name: np.asarray(array) for name, array in mapped.items()}


def remove_others(folder: Path, kept: set[str]) -> None:
    """Remove what else lies in a folder; what cannot be removed now is left for another time."""
    for path in folder.iterdir():
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(True)
