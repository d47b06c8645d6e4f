"""Tests the classifier: its n-grams, what it learns, its files, and that the shipped model is that of our phrases."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.loading.store_files import SHIPPED_PHRASES
from flows.understanding.classifier import files, training
from flows.understanding.classifier.model import NONE, Model, softmax
from flows.understanding.classifier.ngrams import Ngrams
from flows.understanding.classifier.wording import grams, spoken
from flows.understanding.interpreter import read_phrases, taught

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
        *("my", "my box", "~_m", "~my", "~y_", "~_my", "~my_", "~_my_"),
        *("box", "~_b", "~bo", "~ox", "~x_", "~_bo", "~box", "~ox_", "~_box", "~box_"),
    ]
    assert list(grams("退货吗")) == ["退", "退 货", "货", "货 吗", "吗", "退 货 吗"]


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
