"""Tests the classifier: its n-grams, what it learns, its files, and that the shipped model is that of our phrases."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files.documents import files as documents
from flows.loading.phrases import CUES
from flows.loading.store_files import SHIPPED_PHRASES
from flows.understanding.classifier import files, training
from flows.understanding.classifier.encoder import Matrix
from flows.understanding.classifier.model import NONE, SURE, Model, Weights, softmax
from flows.understanding.classifier.ngrams import Ngrams
from flows.understanding.classifier.trained import Trained
from flows.understanding.classifier.wording import grams, spoken
from flows.understanding.cues import load_cues
from flows.understanding.interpreter import Interpreter, Phrases, read_phrases, taught

PHRASES = {
    "order_status": ["where is my order", "track my order", "where is my parcel", "我的订单到哪了", "查一下订单"],
    "return_item": ["i want to return it", "return the boots", "send it back", "我要退货", "怎么退货"],
    NONE: ["what a day", "tell me a joke", "讲个笑话", "今天天气"],
}
SIMPLIFIED = {ord("訂"): ord("订"), ord("單"): ord("单"), ord("裡"): ord("里")}


@pytest.fixture(scope="module")
def model() -> Model:
    """Trains a small model, by n-grams alone."""
    return training.train(PHRASES, SIMPLIFIED, None)


def test_words_pairs_letters_and_characters() -> None:
    assert list(grams("my box")) == [
        *("my box", "my", "~_m", "~my", "~y_", "~_my", "~my_", "~_my_"),
        *("box", "~_b", "~bo", "~ox", "~x_", "~_bo", "~box", "~ox_", "~_box", "~box_"),
    ]
    assert list(grams("退货吗")) == ["退 货", "货 吗", "退 货 吗", "退", "货", "吗"]


@given(st.text("my box退货吗 2'", max_size=40))
def test_words_that_are_remembered_count_as_the_first_time(text: str) -> None:
    said = spoken(text, SIMPLIFIED)
    names = sorted(set(grams(said)))
    ngrams = Ngrams(names, np.ones(len(names), dtype=np.float32))
    counted = Counter(grams(said))
    for _ in range(2):
        columns, values = ngrams.vector(said)
        assert sorted(names[column] for column in columns) == names
        first = 1 + np.log([counted[names[column]] for column in columns])
        assert np.allclose(values, first / (np.linalg.norm(first) or 1), atol=1e-5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Where is ORDER #1001, jane@example.com?", "where is order ,"),
        ("I WANT 2 boooooots", "i want 2 boots"),
        ("我的訂單到哪裡了 https://t.example/x", "我的订单到哪里了"),
        ("２ ｐｉｅｃｅｓ", "2 pieces"),
    ],
)
def test_the_form_that_is_compared(text: str, said: str) -> None:
    assert " ".join(spoken(text, SIMPLIFIED).split()) == said


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("pls track my parcel", "order_status"),
        ("can i return boots", "return_item"),
        ("我的訂單在哪裡", "order_status"),
        ("想退货", "return_item"),
        ("a joke", NONE),
    ],
)
def test_it_learns_what_words_mean(model: Model, text: str, intent: str) -> None:
    likely = model.likely([text], None)[0]
    assert likely[0].intent == intent
    assert sum(each.p for each in likely) == pytest.approx(1, abs=1e-4)


class Meant:
    """Implements an encoder to which all mean the same, and keeps what it was asked."""

    def __init__(self, most: int = 9) -> None:
        self.asked: list[tuple[str, ...]] = []
        self._most = most

    def encode_all(self, texts: Sequence[str]) -> Matrix:
        """Encodes each text."""
        self.asked.append(tuple(texts))
        return np.ones((len(texts), 2), dtype=np.float32)

    def encode_parts(self, parts: Sequence[str]) -> Matrix:
        """Encodes the message, and as many of its parts as there is room for."""
        self.asked.append(("of", *parts))
        return np.ones((1 + min(len(parts), self._most), 2), dtype=np.float32)


def test_only_what_is_unsure_is_encoded_and_parts_only_once(model: Model) -> None:
    meaning = np.zeros((2, len(model.intents)), dtype=np.float32)
    meaning[:, model.intents.index("return_item")] = 5
    both = Model(model.intents, model.ngrams, model.light, Weights(np.zeros_like(model.light.words), meaning), {})
    sure, unsure, other, encoder = "where is my order", "qv", "xz", Meant()

    def best(*texts: str) -> list[str]:
        return [each[0].intent for each in both.likely(texts, encoder)]

    assert model.likely([unsure], None)[0][0].p <= SURE < model.likely([sure], None)[0][0].p
    assert best(sure) == ["order_status"]
    assert encoder.asked == []  # where n-grams are sure, what they say stays
    assert best(unsure) == ["return_item"]
    assert best(unsure, other, sure) == ["return_item", "return_item", "order_status"]
    assert best(sure, sure, unsure) == ["order_status", "order_status", "return_item"]
    assert encoder.asked == [(unsure,), ("of", other, sure), (unsure,)]
    late = both.likely([unsure, other, unsure], Meant(most=1))[2]
    assert late == model.likely([unsure], None)[0]  # no part of the message's beginning


class Coming:
    """Implements an encoder's source that has none at first."""

    encoder: Meant | None = None


def test_what_was_understood_without_the_encoder_is_read_again_with_it(model: Model) -> None:
    meaning = np.zeros((2, len(model.intents)), dtype=np.float32)
    meaning[:, model.intents.index("return_item")] = 5
    both = Model(model.intents, model.ngrams, model.light, Weights(np.zeros_like(model.light.words), meaning), {})
    source = Coming()
    interpreter = Interpreter(Phrases(PHRASES, {}), load_cues(documents(CUES)), Trained(both, source), {})
    assert interpreter.read("qv").intent == ""
    source.encoder = Meant()
    assert interpreter.read("qv").intent == "return_item"
    assert interpreter.read("qv") is interpreter.read("qv")


def test_the_dual_finds_the_minimum() -> None:
    """At the minimum the slope of loss and ridge is zero."""
    random = np.random.default_rng(7)
    points = random.standard_normal((12, 5)).astype(np.float32)
    wanted = np.eye(3, dtype=np.float32)[random.integers(0, 3, 12)]
    likeness = points @ points.T
    dual = training.solve(likeness, wanted)
    slope = (softmax((likeness @ dual).astype(np.float32)) - wanted) / 12 + training.RIDGE * dual
    assert np.abs(points.T @ slope).max() < 2e-2


def test_a_file_keeps_all_of_it(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    files.write(model, path, files.fingerprint(PHRASES))
    again, name = files.read(path)
    assert name == files.fingerprint(PHRASES)
    assert again.likely(["我的訂單"], None)[0][0] == pytest.approx(model.likely(["我的訂單"], None)[0][0], abs=1e-2)
    assert [p.name for p in tmp_path.iterdir()] == ["model.npz"]


def test_other_phrases_have_another_name() -> None:
    assert files.fingerprint(PHRASES) == files.fingerprint({**PHRASES, NONE: PHRASES[NONE][::-1]})
    assert files.fingerprint(PHRASES) != files.fingerprint({**PHRASES, NONE: [*PHRASES[NONE], "hm"]})


def test_the_shipped_model_is_that_of_our_phrases() -> None:
    """`doorstep flows train --shipped` makes it anew."""
    phrases = taught(read_phrases(sorted(SHIPPED_PHRASES.glob("*.yaml"))))
    assert files.read(files.SHIPPED)[1] == files.fingerprint(phrases)


@given(st.text(max_size=300))
def test_any_text_is_a_vector(text: str) -> None:
    ngrams = Ngrams(["a", "退 货"], np.ones(2, dtype=np.float32))
    columns, values = ngrams.vector(spoken(text, SIMPLIFIED))
    assert len(columns) == len(values)
    assert float(values @ values) == pytest.approx(1 if len(columns) else 0, abs=1e-5)
