"""Tests which answers are suggested to a person: by the words alone, and by the meaning once an encoder knows it."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from core.templating.expressions import Text
from flows.language.responses import ENV
from flows.understanding.classifier.encoder import Matrix
from flows.understanding.faq import Entry, Faq

TODAY = date(2026, 11, 30)
DAY = timedelta(days=1)
MEANING = {"how long does a refund take": 0, "when is my money back": 0, "do you sell gift cards": 1, "thank you": 2}


class Encoder:
    """Knows what a few sentences mean; all others mean nothing that is asked."""

    def encode_all(self, texts: Sequence[str]) -> Matrix:
        return np.eye(4, dtype=np.float32)[[MEANING.get(text, 3) for text in texts]]

    def encode_parts(self, parts: Sequence[str]) -> Matrix:
        return self.encode_all(parts)


class Source:
    """Has no encoder until it is loaded."""

    def __init__(self) -> None:
        self.encoder: Encoder | None = None


def entry(id_: str, question: str, **more: object) -> Entry:
    return Entry(id_, {"en": [question]}, {"en": Text(ENV, "Yes.")}, **more)  # type: ignore[arg-type]


def faq(source: Source, **more: object) -> Faq:
    refund = entry("refund", "How long does a refund take", **more)
    return Faq([refund, entry("card", "Do you sell gift cards"), entry("hours", "When are you open")], {}, source)


def ids(known: Faq, text: str, most: int = 3) -> list[str]:
    return [each.entry.id for each in known.near(text, TODAY, most)]


def test_other_words_for_the_same_are_near_once_the_questions_are_learned() -> None:
    source = Source()
    known = faq(source)
    assert "refund" not in ids(known, "when is my money back")
    known.meanings.learn()
    assert known.meanings.near("thank you") is None  # there is nothing to learn by
    source.encoder = Encoder()
    known.meanings.learn()
    assert ids(known, "when is my money back") == ["refund"]
    assert ids(known, "thank you") == []


def test_words_alone_find_what_is_alike_and_leave_out_what_is_not() -> None:
    known = faq(Source())
    assert ids(known, "how long does the refund take please")[0] == "refund"
    assert ids(known, "refund") == ["refund"]
    assert ids(known, "zzz") == []


def test_the_nearest_come_first_and_no_more_than_asked_for() -> None:
    known = faq(Source())
    text = "how long does a refund take, and do you sell gift cards?"
    found = known.near(text, TODAY, 3)
    assert [each.likeness for each in found] == sorted((each.likeness for each in found), reverse=True)
    assert {"refund", "card"} <= set(ids(known, text))
    assert len(ids(known, text, 1)) == 1


def test_what_is_over_or_not_yet_is_left_out() -> None:
    text = "how long does a refund take"
    assert ids(faq(Source(), valid_until=TODAY), text)[0] == "refund"
    assert "refund" not in ids(faq(Source(), valid_until=TODAY - DAY), text)
    assert "refund" not in ids(faq(Source(), valid_from=TODAY + DAY), text)


def test_no_questions_are_near_to_nothing() -> None:
    source = Source()
    source.encoder = Encoder()
    empty = Faq((), {}, source)
    empty.meanings.learn()
    assert empty.near("how long does a refund take", TODAY, 3) == []
