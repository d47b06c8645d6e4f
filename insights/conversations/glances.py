"""Reads conversations as lines of a list: who, where, and what was found or said last. What is personal is masked."""

from typing import NamedTuple

from sqlalchemy import Connection

from core.content.marking import Piece, excerpt
from core.people.addresses import mask
from core.people.known import Known
from core.people.masking import masked, masked_name
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
    orders = listing.orders_of(conn, {each.customer_id for each in page})
    shown = [each.message_id or each.last_id for each in page]
    said = {each.id: each for each in history.by_ids(conn, shown)}
    return [
        _glance(each, orders.get(each.customer_id, []), said.get(id_), sought.words)
        for each, id_ in zip(page, shown, strict=True)
    ], following


def _glance(each: Listed, orders: list[str], said: Said | None, words: str) -> Glance:
    known = Known((each.name,), tuple(filter(None, (each.value, each.phone))), tuple(orders))
    return Glance(
        each,
        masked_name(each.name),
        mask(each.value),
        orders,
        said.by if said else "",
        excerpt(masked(said.text, known), words) if said else [],
    )
