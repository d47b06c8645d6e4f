"""Chooses what is said in the history: customers' words from the sheets of messages, all others from `words.yaml`."""

import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from benchmarks.sheet import sheets
from core.files.documents import Document

Texts = Mapping[str, str]  # by language
Choices = Mapping[str, tuple[str, ...]]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds the texts of `words.yaml`."""

    unanswered: Choices
    answers: Mapping[str, Texts]
    questions: Mapping[str, Texts]
    replies: Mapping[str, Choices]
    agents: Mapping[str, Choices]
    notices: Mapping[str, Texts]


@cache
def words() -> Words:
    """Reads the file."""
    return Document(Path(__file__).with_name("words.yaml")).read(Words)


@cache
def written(intent: str, language: str) -> tuple[str, ...]:
    """Lists what customers write for an intent; "" for what is none."""
    sheet = sheets()[language]
    return sheet.intents[intent] if intent else sheet.none


def filled(text: str, values: Mapping[str, str]) -> str:
    """Puts values into a text."""
    return text.format_map(values) if "{" in text else text


def one(chance: random.Random, texts: Choices, language: str, values: Mapping[str, str]) -> str:
    """Chooses one of some texts."""
    return filled(chance.choice(texts[language]), values)
