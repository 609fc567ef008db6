"""Datasette 0.65 does not say in which language its pages are; readers aloud need to know."""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import BaseLoader, Environment


class WithLanguage(BaseLoader):
    """Finds templates as another loader does, and has them say that they are English."""

    def __init__(self, inner: BaseLoader) -> None:
        self.inner = inner

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Give a template's text, its file, and whether it is still that."""
        source, file, current = self.inner.get_source(environment, template)
        return source.replace("<html>", '<html lang="en">', 1), file, current

    def list_templates(self) -> list[str]:
        """Give the names of all templates."""
        return self.inner.list_templates()
