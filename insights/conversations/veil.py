"""Hides what is personal, or does not: one way for all that is shown of conversations."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from core.people.addresses import mask
from core.people.known import NOTHING, Known
from core.people.masking import masked, masked_name
from storage.people.known import known_of


class Veil(NamedTuple):
    """Hides what is `known` of a customer; lifted it shows everything as it is."""

    known: Known = NOTHING
    is_lifted: bool = False

    def words(self, text: str) -> str:
        """Shows words."""
        return text if self.is_lifted else masked(text, self.known)

    def name(self, name: str) -> str:
        """Shows a name."""
        return name if self.is_lifted else masked_name(name)

    def address(self, value: str | None) -> str:
        """Shows a phone, an e-mail or another address."""
        return (value if self.is_lifted else mask(value)) if value else ""


def veils(conn: Connection, customer_ids: Iterable[str]) -> dict[str, Veil]:
    """Makes for each of these customers the veil that hides whatever the store knows of them; none is lifted."""
    return {id_: Veil(known) for id_, known in known_of(conn, set(customer_ids)).items()}
