"""Cite: what a document lists, and which of its statements cites which entry."""

from __future__ import annotations

from pipelines.cite.resolve import Cites, cite

__all__ = ["Cites", "cite"]
