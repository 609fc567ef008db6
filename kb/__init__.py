"""The evidence knowledge base: who claims what, on what evidence, exactly where."""

__version__ = "0.1.0"
