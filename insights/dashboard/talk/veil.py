"""Hides what is personal, or does not: one way for all that a page shows of a conversation."""

from typing import NamedTuple

from core.people.addresses import mask
from core.people.known import Known
from core.people.masking import masked, masked_name


class Veil(NamedTuple):
    """Hides what is `known` of a customer; lifted it shows everything as it is."""

    known: Known
    is_lifted: bool

    def words(self, text: str) -> str:
        """Shows words."""
        return text if self.is_lifted else masked(text, self.known)

    def name(self, name: str) -> str:
        """Shows a name."""
        return name if self.is_lifted else masked_name(name)

    def address(self, value: str | None) -> str:
        """Shows a phone, an e-mail or another address."""
        return (value if self.is_lifted else mask(value)) if value else ""
