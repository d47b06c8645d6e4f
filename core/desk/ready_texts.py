"""Declares the texts that stand ready for agents, who see one before they send it: saved replies, and answers."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

ENGLISH = "en"
TEXT_MAX = 3000  # characters of a field of a form
REPLY, ANSWER = "reply", "answer"  # kinds of ready texts


class ReadyText(msgspec.Struct, frozen=True):
    """Holds a text with its title, each by language."""

    id: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    tags: tuple[str, ...] = ()

    def titled(self, locale: str) -> str:
        """Returns the title in that language, or the one that there is."""
        return self.title[nearest(locale, self.title)]

    def said(self, locale: str) -> str:
        """Returns the text in that language, or the one that there is."""
        return self.text[nearest(locale, self.text)]

    def fits(self, typed: str) -> bool:
        """Tells whether every word that was typed stands in a title, a text or a tag, in any language."""
        whole = "\n".join((self.id, *self.title.values(), *self.text.values(), *self.tags)).casefold()
        return all(word in whole for word in typed.casefold().split())


class Answer(ReadyText, frozen=True, kw_only=True):
    """Holds an answer of `faq.yaml` as it is said today; its tags are the ways in which customers ask for it.

    `holds` tells whether it is one on a day, for a customer ({country, channel, tier}); `review_by` is the day by which
    somebody wanted to look at it again.
    """

    holds: Callable[[date, Mapping[str, Any]], bool]
    review_by: date | None = None

    def is_reviewed(self, today: date) -> bool:
        """Tells whether nobody wanted to look at it again before today."""
        return self.review_by is None or today <= self.review_by


def named(kind: str, id_: str) -> str:
    """Returns the name by which the message that was made of a ready text remembers it."""
    return f"{kind}:{id_}"


def read_name(name: str) -> tuple[str, str]:
    """Returns kind and id of `named`; two empty words for none."""
    kind, _, id_ = name.partition(":")
    return kind, id_


def nearest(locale: str, known: Collection[str]) -> str:
    """Finds the locale itself, its language, English, or whatever there is."""
    return next((each for each in _ways(locale) if each in known), next(iter(known)))


def _ways(locale: str) -> Iterator[str]:
    yield locale
    yield re.split("[-_]", locale, maxsplit=1)[0].lower()
    yield ENGLISH
