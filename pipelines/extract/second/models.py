"""Models that the `llm` library knows; it is imported nowhere else, and only when one is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from kb.errors import KbError

LONGEST_REASON = 300


class NoAnswer(KbError):
    """A model did not answer a question; it may well answer the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a model answered; `response_id` is the maker's, or else that of `llm`."""

    text: str
    response_id: str


class Model(Protocol):
    """Whatever answers a question; raises KbError where it cannot."""

    @property
    def id(self) -> str:
        """Return its name, the same whatever alias it was asked for by."""

    @property
    def supports_schema(self) -> bool:
        """Say whether it takes a JSON schema beside the prompt."""

    def ask(self, question: str, *, system: str, schema: dict[str, Any]) -> Reply:
        """Return its answer."""


@dataclass(frozen=True, slots=True)
class LlmModel:
    """A model of the `llm` library."""

    model: Any

    @property
    def id(self) -> str:
        """Return its name without aliases."""
        return str(self.model.model_id)

    @property
    def supports_schema(self) -> bool:
        """Say whether it takes a JSON schema beside the prompt."""
        return bool(self.model.supports_schema)

    def ask(self, question: str, *, system: str, schema: dict[str, Any]) -> Reply:
        """Return its answer; raises NoAnswer, and KbError for want of a key."""
        import llm

        given = {"schema": schema} if self.supports_schema else {}
        try:
            response = self.model.prompt(question, system=system, stream=False, **given)
            text = response.text()
        except llm.NeedsKeyException as error:
            raise KbError(f"The model {self.id} needs a key: {one_line(error)}") from error
        except Exception as error:  # each plugin raises errors of its own
            raise NoAnswer(f"the model {self.id} gave no answer: {one_line(error)}") from error
        made = response.response_json if isinstance(response.response_json, dict) else {}
        return Reply(text=text, response_id=str(made.get("id") or response.id))


def one_line(error: Exception) -> str:
    """Give what an error says in one line of bearable length."""
    return " ".join(str(error).split())[:LONGEST_REASON] or type(error).__name__


def load_model(name: str) -> LlmModel:
    """Give the model of this name or alias; raises KbError if it or `llm` is not installed."""
    try:
        import llm
    except ImportError as error:
        raise KbError(
            "A second coder needs the library llm: pip install 'evidence-knowledge-base[llm]'"
        ) from error
    try:
        return LlmModel(llm.get_model(name))
    except llm.UnknownModelError as error:
        raise KbError(
            f"llm has no model {name!r}; the command llm models lists those that are installed, "
            "and llm install adds others"
        ) from error
