"""A second coder: any model that the `llm` library knows, asked window by window."""

from __future__ import annotations

from pipelines.extract.second.answers import Checked, check, parse, storable
from pipelines.extract.second.models import Model, NoAnswer, Reply, load_model
from pipelines.extract.second.prompt import make_coder, reminder
from pipelines.extract.second.windows import Window, cut

__all__ = [
    "Checked", "Model", "NoAnswer", "Reply", "Window", "check", "cut", "load_model", "make_coder",
    "parse", "reminder", "storable",
]  # fmt: skip
