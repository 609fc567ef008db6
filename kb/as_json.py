"""Values as JSON that any reader takes (RFC 8259), in readable Unicode."""

from __future__ import annotations

import json
import math
from typing import Any


def as_json(value: Any, *, indent: int | None = None) -> str:
    """Give a value as JSON; numbers that JSON has none of, such as infinity, are null."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    except ValueError:
        return json.dumps(finite(value), ensure_ascii=False, indent=indent, allow_nan=False)


def finite(value: Any) -> Any:
    """Give a value with None in place of each infinite number."""
    if isinstance(value, dict):
        return {name: finite(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
