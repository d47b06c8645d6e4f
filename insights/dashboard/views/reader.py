"""Writes numbers and names the way one reader reads them."""

from collections.abc import Mapping
from typing import NamedTuple

from insights.metrics import figures, labels


class Reader(NamedTuple):
    """Holds who looks: their language, the shop's currency, and the names of agents by their ids."""

    language: str
    currency: str = ""
    names: Mapping[str, str] = {}

    def figure(self, value: float | None, unit: str) -> str:
        """Writes a number in its unit."""
        return figures.figure(value, unit, self.language, self.currency)

    def difference(self, before: float | None, after: float | None, unit: str) -> str:
        """Writes how a number changed."""
        return figures.difference(before, after, unit, self.language)

    def label(self, by: str, key: str) -> str:
        """Names a group."""
        return labels.label(by, key, self.language, self.names)

    def grouping(self, by: str) -> str:
        """Names what is grouped by."""
        return labels.grouping(by, self.language)

    def said(self, words: Mapping[str, str]) -> str:
        """Chooses the reader's of words in all languages."""
        return words.get(self.language) or words["en"]
