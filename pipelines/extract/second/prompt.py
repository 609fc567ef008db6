"""What a second coder is told: made from the codebook, so that both coders go by the same words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kb.codebook import Attribute, Codebook
from kb.second import SecondCoder

FILE = Path(__file__).with_name("prompt.yml")

Schema = dict[str, Any]


def make_coder(codebook: Codebook, model: str, *, supports_schema: bool) -> SecondCoder:
    """Give the second coder that a model makes with a codebook.

    A model that takes no schema beside its prompt is told it in the prompt.
    """
    schema = json.dumps(answer_schema(codebook), ensure_ascii=False)
    prompt = instructions(codebook)
    if not supports_schema:
        prompt += f"\n\n{texts()['schema']}\n{schema}"
    sha256 = hashlib.sha256("\x1f".join((prompt, schema, reminder())).encode()).hexdigest()
    return SecondCoder(
        id=hashlib.sha256(f"{model} {sha256}".encode()).hexdigest()[:12],
        model=model,
        prompt_sha256=sha256,
        prompt=prompt,
        schema=schema,
        codebook=codebook.name,
        codes=tuple(code.id for code in codebook.codes),
    )


@cache
def texts() -> dict[str, str]:
    """Read the words that are the same for every codebook."""
    found: dict[str, str] = yaml.safe_load(FILE.read_text("utf-8"))
    return found


def reminder() -> str:
    """Give what is added to a question that was not answered with JSON."""
    return texts()["reminder"]


def instructions(codebook: Codebook) -> str:
    """Give the whole codebook as a model is to apply it."""
    parts = [texts()["instructions"], f"# {codebook.title}\n\n{codebook.description}\n"]
    parts.append("# Codes\n\n" + "\n".join(code_lines(codebook)) + "\n")
    parts += [attribute_text(attribute) for attribute in codebook.attributes]
    if codebook.decisions:
        decisions = (f"{number}. {text}" for number, text in enumerate(codebook.decisions, 1))
        parts.append("# Decisions on doubtful cases\n\n" + "\n".join(decisions) + "\n")
    return "\n".join([*parts, texts()["answer"]]).strip()


def code_lines(codebook: Codebook) -> Iterator[str]:
    """Yield each code with what it means and what it does not."""
    for code in codebook.codes:
        yield f"- {code.id}: {code.definition} {code.exclusion}"


def attribute_text(attribute: Attribute) -> str:
    """Give an attribute with its values, and how many of them may be given."""
    head = f"# Attribute {attribute.name}, of {', '.join(attribute.codes)}\n\n"
    lines = [f"{attribute.definition} {how_many(attribute)}"]
    lines += [f"- {value.id}: {value.definition}" for value in attribute.values]
    return head + "\n".join(lines) + "\n"


def how_many(attribute: Attribute) -> str:
    """Say how an attribute is answered."""
    if not attribute.values:
        return "Words of the statement, copied letter by letter."
    if attribute.separate:
        return "One value; make a claim for each value that holds."
    if attribute.many:
        return "A list of one value or more." if attribute.needed else "A list of any values."
    return f"One value; {attribute.default} in doubt." if attribute.default else "One value."


def answer_schema(codebook: Codebook) -> Schema:
    """Give the JSON schema of an answer; which attribute belongs to which code it cannot say."""
    properties: Schema = {
        "statement": {"type": "integer", "description": "The number of the statement"},
        "quote": {"type": "string", "description": "Words of the statement, letter by letter"},
        "code": {"type": "string", "enum": [code.id for code in codebook.codes]},
    }
    claim = {
        "type": "object",
        "properties": properties | {a.name: attribute_schema(a) for a in codebook.attributes},
        "required": ["statement", "quote", "code"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"claims": {"type": "array", "items": claim}},
        "required": ["claims"],
        "additionalProperties": False,
    }


def attribute_schema(attribute: Attribute) -> Schema:
    """Give the JSON schema of one attribute: a value, a list of values, or words."""
    if not attribute.values:
        return {"type": "string"}
    value = {"type": "string", "enum": [value.id for value in attribute.values]}
    return {"type": "array", "items": value} if attribute.many else value
