"""Datasette's own templates, mended for readers who listen, or use the keyboard alone.

Its pages have no main part and skip a heading, its filters and its editor have no names, and named
queries are called by their SQL; those of 0.65 do not say their language either.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from jinja2 import BaseLoader, Environment

NAMED = {
    '<select name="_filter_column': "Column",
    '<select name="_filter_op': "Comparison",
    '<input type="text" name="_filter_value': "Value",
    '<select name="_sort"': "Sort by",
}
"""Fields of the filters, and what they are called."""

SECOND = (r"\A(.*?)<h3(.*?)</h3>", r"\1<h2\2</h2>")
"""The first heading after the title is of the second rank."""

MENDED = {
    "base.html": (
        (r"<html>", '<html lang="en">'),
        (r'<section class="content">', '<section class="content" role="main">'),
    ),
    "database.html": (SECOND,),
    "query.html": (
        SECOND,
        (
            r"(\{% block title %\})(.*?)(\{% endblock %\})",
            r"\1{% if metadata.title %}{{ metadata.title }}{% else %}\2{% endif %}\3",
        ),
    ),
    "table.html": (
        SECOND,
        *(
            (re.escape(field), field.replace(" ", f' aria-label="{name}" ', 1))
            for field, name in NAMED.items()
        ),
    ),
    "_codemirror_foot.html": (
        (r"lineNumbers: true,", 'lineNumbers: true, screenReaderLabel: "SQL",'),
        (r"(editorFromTextArea\(.*?\)\);)", r'\1 editor.contentDOM.ariaLabel = "SQL";'),
    ),
}
"""What is mended in each template: expressions, and what takes the place of what they match."""


class Mended(BaseLoader):
    """Finds templates as another loader does, and mends them."""

    def __init__(self, inner: BaseLoader) -> None:
        self.inner = inner

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Give a template's text, its file, and whether it is still that."""
        source, file, current = self.inner.get_source(environment, template)
        for sought, mended in MENDED.get(template.removeprefix("default:"), ()):
            source = re.sub(sought, mended, source, flags=re.DOTALL)
        return source, file, current

    def list_templates(self) -> list[str]:
        """Give the names of all templates."""
        return self.inner.list_templates()
