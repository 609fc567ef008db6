"""A larger network teaches the small one."""

import json
import math
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel, DistilBertConfig, DistilBertModel

from kb.codebook import Codebook, load_codebook
from kb.errors import EncoderMissing
from kb.models import Statement
from kb.weights import DEFAULT_ENCODER, model_folder
from pipelines.extract.reading import NOBODY, Window, pieces, prepare
from pipelines.train import train
from pipelines.training import teacher
from pipelines.training.examples import examples, left_to_teacher, written_rows
from pipelines.training.loss import Weights, loss, rarity
from pipelines.training.network import Plan, Text, _groups
from pipelines.training.targets import Target

GARDENING = Path(__file__).parent / "cases" / "extract_codebook.yml"
NOTHING = Target(whole=(-1.0,) * 3, parts=(), tags=())


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A tiny network of another make, whose vocabulary has another order."""
    folder = tmp_path / "large"
    config = BertConfig(
        hidden_size=8, num_hidden_layers=3, num_attention_heads=2, intermediate_size=8
    )
    torch.manual_seed(1)
    BertModel(config).save_pretrained(folder)
    told = json.loads((model_folder(DEFAULT_ENCODER) / "tokenizer.json").read_text("utf-8"))
    vocabulary = told["model"]["vocab"]
    last = len(vocabulary) - 1
    told["model"]["vocab"] = {token: last - number for token, number in vocabulary.items()}
    told["post_processor"] = None
    told["added_tokens"] = []
    (folder / "tokenizer.json").write_text(json.dumps(told), "utf-8")
    return folder


@pytest.fixture
def tokenizer() -> Tokenizer:
    path = model_folder(DEFAULT_ENCODER) / "tokenizer.json"
    return prepare(Tokenizer.from_file(str(path)))


def text(tokenizer: Tokenizer, *sentences: str) -> Text:
    statements = [
        Statement(
            id=str(n), document_id="d", passage_id="p", ordinal=n, text=each,
            char_start=0, char_end=len(each),
        )
        for n, each in enumerate(sentences)
    ]  # fmt: skip
    return Text(pieces=pieces(statements, tokenizer), targets=[NOTHING] * len(sentences))


def test_each_statement_has_the_answers_to_its_own_tokens(
    large: Path, tokenizer: Tokenizer
) -> None:
    network = teacher.larger_network(3, large, tokenizer).eval()
    documents = [
        text(tokenizer, "Rain helps.", "The gate is green, and has been for long."),
        text(tokenizer, "Sue keeps the books."),
    ]
    found = teacher.answered(network, documents, tokenizer)
    shapes = [[each.taught.shape for each in one.targets if each.taught is not None]
              for one in found]  # fmt: skip
    assert shapes == [[(3, 3), (11, 3)], [(5, 3)]]
    (alone,) = teacher.answered(network, documents[1:], tokenizer)
    assert torch.equal(alone.targets[0].taught, found[1].targets[0].taught)


def test_tokens_are_found_in_another_vocabulary(large: Path, tokenizer: Tokenizer) -> None:
    network = teacher.larger_network(3, large, tokenizer)
    rain = tokenizer.token_to_id("rain")
    assert network.same[rain].item() == tokenizer.get_vocab_size() - 1 - rain
    frozen = [name for name, weights in network.encoder.named_parameters()
              if not weights.requires_grad]  # fmt: skip
    assert {name.split(".layer.")[-1].split(".")[0] for name in frozen} == {"embeddings", "0"}


def test_a_network_of_other_words_cannot_teach(large: Path, tokenizer: Tokenizer) -> None:
    told = json.loads((large / "tokenizer.json").read_text("utf-8"))
    told["model"]["vocab"]["snow"] = told["model"]["vocab"].pop("rain")
    (large / "tokenizer.json").write_text(json.dumps(told), "utf-8")
    with pytest.raises(EncoderMissing, match="large cannot teach: its vocabulary lacks 'rain'"):
        teacher.larger_network(3, large, tokenizer)


def test_all_that_may_move_is_learnt(large: Path, tokenizer: Tokenizer) -> None:
    network = teacher.larger_network(3, large, tokenizer)
    groups = _groups(network, Plan(rate=0.1, rate_of_head=0.2))
    learnt = {id(weights): group["lr"] for group in groups for weights in group["params"]}
    named = {
        name: learnt.get(id(weights))
        for name, weights in network.named_parameters()
        if weights.requires_grad
    }
    assert [named.pop(name) for name in ("types.weight", "head.weight", "head.bias")] == [0.2] * 3
    assert set(named.values()) == {0.1}


def test_codes_without_values_can_be_taught() -> None:
    window = Window(ids=(9, 1), types=(0, 1), owners=(NOBODY, 0), numbers=range(1))
    due = Target(whole=(1.0, 0.0), parts=(), tags=(), taught=torch.zeros(1, 2))
    found = loss(torch.zeros(1, 2, 2), [(window, [due])], torch.ones(2), Weights(taught=1))
    # the codes as coded, and as taught of the statement and of its token
    assert found.item() == pytest.approx(3 * math.log(2))


@pytest.mark.parametrize("spoil", ["nothing", "no tokenizer", "other layers"])
def test_what_cannot_teach_is_said_before_anything_is_learnt(
    large: Path, tmp_path: Path, spoil: str
) -> None:
    if spoil == "nothing":
        large = tmp_path / "none"
    elif spoil == "no tokenizer":
        (large / "tokenizer.json").unlink()
    else:
        config = DistilBertConfig(dim=8, n_heads=2, n_layers=1, hidden_dim=8)
        DistilBertModel(config).save_pretrained(large)
    told: list[str] = []
    with pytest.raises(EncoderMissing):
        train(own_codebook(tmp_path / "own"), teacher=large, progress=told.append)
    assert told in ([], ["the teacher learns"])


def test_loss_is_least_where_the_teacher_is_met() -> None:
    window = Window(ids=(9, 1, 2), types=(0, 1, 1), owners=(NOBODY, 0, 0), numbers=range(1))
    theirs = torch.tensor([[2.0, 0.0, 1.0, -3.0, 0.0], [1.0, 1.0, -1.0, 0.0, 2.0]])
    due = Target(whole=(1.0, -1.0, -1.0), parts=(), tags=(), taught=theirs.half())

    def away(by: float) -> float:
        logits = torch.cat([torch.zeros(1, 5), theirs + by])[None]
        taught = loss(logits, [(window, [due])], torch.tensor([1.0]), Weights())
        untaught = loss(
            logits, [(window, [replace(due, taught=None)])], torch.tensor([1.0]), Weights()
        )
        return (taught - untaught).item()

    assert away(0) < min(away(-0.5), away(0.5))
    assert math.isfinite(away(50))


def test_codes_nobody_gave_are_the_teachers_to_tell() -> None:
    window = Window(ids=(9, 1), types=(0, 1), owners=(NOBODY, 0), numbers=range(1))
    due = Target(whole=(-1.0, 0.0), parts=(), tags=(), taught=torch.zeros(1, 2))
    logits = torch.tensor([[[5.0, 5.0], [1.0, 0.0]]])
    found = loss(logits, [(window, [due])], torch.ones(1), Weights(taught=1, values=1))
    value, code = math.log(2), math.log(math.e**0.5 + math.e**-0.5)
    # the value as coded; the code as taught of the statement and of its token
    assert found.item() == pytest.approx(value + 2 * code)


def test_what_is_rare_weighs_more_among_what_is_known() -> None:
    known = [Target(whole=(1.0, 0.0), parts=(), tags=())] + 3 * [
        Target(whole=(0.0, 0.0), parts=(), tags=())
    ]
    unknown = Target(whole=(-1.0, -1.0), parts=(), tags=())
    assert rarity([*known, unknown], 2).tolist() == [1.0, 3.0] == rarity(known, 2).tolist()


def test_only_the_listed_documents_keep_their_codes(tmp_path: Path) -> None:
    own = own_codebook(tmp_path / "own")
    cases = examples(written_rows(own), own)
    left = left_to_teacher(cases, {"d1"}, own)
    values = {"means.water": False, "means.light": False}
    assert [each.answers for each in left] == [values, cases[1].answers, values]
    assert cases[1].answers == {"helper": True, "yield": False} | values


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Plan:
    plan = Plan(epochs=1, least_steps=1, threads=1)
    monkeypatch.setattr(teacher, "PLAN", plan)
    monkeypatch.setattr(teacher, "LAST", replace(plan, epochs=2))
    monkeypatch.setattr("pipelines.train.LAST", plan)
    return plan


def learn_with(own: Codebook, large: Path, plan: Plan, listed: str) -> tuple[Any, list[str]]:
    """Train with a teacher and a list of the reference; give the description and the progress."""
    (own.path.parent / "training" / "reference.json").write_text(listed, "utf-8")
    told: list[str] = []
    about = train(own, plan=plan, teacher=large, progress=told.append)
    return about, [line.split(" loss ")[0] for line in told]


def test_a_coder_learns_from_a_teacher(
    large: Path, tmp_path: Path, quick: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = own_codebook(tmp_path / "own")
    kept: list[Collection[str]] = []

    def left(cases: Any, documents: Collection[str], codebook: Codebook) -> Any:
        kept.append(documents)
        return left_to_teacher(cases, documents, codebook)

    monkeypatch.setattr("pipelines.train.left_to_teacher", left)
    about, told = learn_with(own, large, quick, '{"written": ["d0", "d1"]}')
    assert told == [
        "the teacher learns",
        "epoch 1 batch 0",
        "epoch 1 batch 0",
        "epoch 2 batch 0",
        "the teacher answers",
        "epoch 1 batch 0",
        "what the reference coder coded is learnt once more",
        "epoch 1 batch 0",
        "measuring",
    ]
    taught = about["teacher"]
    assert (taught["name"], taught["plan"]["epochs"], taught["last"]["epochs"]) == ("large", 1, 2)
    assert len(taught["weights_sha256"]) == 64
    assert (about["last"]["epochs"], kept) == (1, [{"d1"}])  # d0 is held out
    alone = train(own_codebook(tmp_path / "alone"), plan=quick)
    assert (alone["teacher"], alone["last"]) == (None, None)
    assert alone["weights_sha256"] != about["weights_sha256"]


def test_a_reference_that_is_held_out_teaches_nothing(
    large: Path, tmp_path: Path, quick: Plan
) -> None:
    about, told = learn_with(own_codebook(tmp_path / "own"), large, quick, '{"written": ["d0"]}')
    assert told == [
        "the teacher learns",
        "epoch 1 batch 0",
        "the teacher answers",
        "epoch 1 batch 0",
        "measuring",
    ]
    assert (about["teacher"]["last"], about["last"]) == (None, None)


def own_codebook(folder: Path) -> Codebook:
    (folder / "training").mkdir(parents=True)
    (folder / "codebook.yml").write_text(GARDENING.read_text("utf-8"), "utf-8")
    rows = [
        {"doc": f"d{n}", "n": n, "kind": "sentence", "text": "Rain helps.", "codes": ["helper"]}
        for n in range(3)
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "training" / "train-a.jsonl").write_text(lines, "utf-8")
    return load_codebook(str(folder))
