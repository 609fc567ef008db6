from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from kb import encoder_export
from kb.encoder import graph_folder, load_encoder
from kb.encoder_export import export_graph
from kb.errors import EncoderMissing
from kb.search import load_question_encoder
from kb.search.asking import question_graph
from kb.weights import DEFAULT_ENCODER

TEXT = ["Trust grew."]


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    """A copy of the exported default encoder; to export it is to copy it again."""
    load_encoder()
    genuine, folder = graph_folder(DEFAULT_ENCODER), graph_folder(DEFAULT_ENCODER, cache=tmp_path)

    def write_graph(name: str, source: Path, made: Path) -> None:
        shutil.copytree(genuine, made, dirs_exist_ok=True)

    monkeypatch.setattr(encoder_export, "write_graph", write_graph)
    shutil.copytree(genuine, folder)
    return tmp_path


def damage(path: Path, content: bytes | None) -> None:
    """Write into a file, or remove it."""
    path.unlink()
    if content is not None:
        path.write_bytes(content)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "encoder.json"])
@pytest.mark.parametrize("content", [None, b"", b"[]", b"\xff"])
def test_a_damaged_export_is_made_again(cache, name, content):
    path = graph_folder(DEFAULT_ENCODER, cache=cache) / name
    whole = path.read_bytes()
    damage(path, content)
    found = load_encoder(cache=cache).embed(TEXT)
    assert np.array_equal(found, load_encoder().embed(TEXT))
    assert path.read_bytes() == whole
    assert [each.name for each in path.parent.parent.iterdir()] == [path.parent.name]


def test_an_export_that_comes_out_damaged_is_one_line(cache, monkeypatch):
    path = graph_folder(DEFAULT_ENCODER, cache=cache) / "encoder.json"
    damage(path, None)
    monkeypatch.setattr(
        encoder_export, "write_graph", lambda *given: (given[2] / "encoder.json").write_bytes(b"[")
    )
    with pytest.raises(EncoderMissing) as caught:
        load_encoder(cache=cache)
    assert str(caught.value) == (
        f"{path} cannot be read (Expecting value: line 1 column 2 (char 1)); "
        "remove its folder, which is made again"
    )


def test_an_export_takes_the_place_of_what_is_there(cache):
    folder = graph_folder(DEFAULT_ENCODER, cache=cache)
    (folder / "left.over").write_text("")
    export_graph(DEFAULT_ENCODER, folder)
    assert sorted(path.name for path in folder.iterdir()) == [
        "encoder.json",
        "model.onnx",
        "tokenizer.json",
    ]


@pytest.mark.parametrize("name", ["questions.onnx", "questions.json"])
def test_a_damaged_graph_for_questions_is_one_line(garden, codebook, tmp_path, monkeypatch, name):
    shipped = Path("kb/codebooks/integrated_care")
    for each in ("questions.onnx", "questions.json"):
        shutil.copy(Path(__file__).parent.parent / shipped / each, tmp_path)
    monkeypatch.setattr("kb.search.asking.codebook_folders", lambda db: [tmp_path])
    garden.conn.execute(
        "update collections set model = ?, fingerprint = ?",
        [DEFAULT_ENCODER, load_encoder().fingerprint],
    )
    assert question_graph(garden) == tmp_path / "questions.onnx"
    damage(tmp_path / name, b"[]")
    with pytest.raises(EncoderMissing) as caught:
        load_question_encoder(garden)
    assert str(caught.value).startswith(f"{tmp_path / name} cannot be read (")
    assert str(caught.value).endswith("); run kb train --questions, or remove questions.json")
