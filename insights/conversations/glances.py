"""Reads conversations as lines of a list: who, where, and what was found or said last. What is personal is masked."""

from typing import NamedTuple

from sqlalchemy import Connection

from core.content.marking import Piece, excerpt
from insights.conversations.veil import Veil, veils
from storage.conversations import history, listing
from storage.conversations.history import Said
from storage.conversations.listing import Listed, Sought


class Glance(NamedTuple):
    """Holds one conversation. `name`, `address` and `words` are masked; `by`: who said these."""

    listed: Listed
    name: str
    address: str
    orders: list[str]
    by: str
    words: list[Piece]


def glances(conn: Connection, sought: Sought) -> tuple[list[Glance], str | None]:
    """Returns a page of conversations, and the cursor of the next. Raises ValueError for what is no cursor."""
    page, following = listing.listed(conn, sought)
    people = {each.customer_id for each in page}
    orders, hidden = listing.orders_of(conn, people), veils(conn, people)
    shown = [each.message_id or each.last_id for each in page]
    said = {each.id: each for each in history.by_ids(conn, shown)}
    return [
        _glance(each, hidden[each.customer_id], orders.get(each.customer_id, []), said.get(id_), sought.words)
        for each, id_ in zip(page, shown, strict=True)
    ], following


def _glance(each: Listed, veil: Veil, orders: list[str], said: Said | None, words: str) -> Glance:
    """Hides first, and then marks what was looked for: what is hidden does not say that it was."""
    return Glance(
        each,
        veil.name(each.name),
        veil.address(each.value),
        orders,
        said.by if said else "",
        excerpt(veil.words(said.text), words) if said else [],
    )
