"""Makes the customer, and the conversation, of an address that writes or is written to for the first time."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection

from core.people.addresses import Address
from storage.conversations import conversations
from storage.engine.store import Store
from storage.people import addresses, customers


def ensure(
    conn: Connection,
    store: Store,
    wanted: Sequence[tuple[Address, str]],
    now: datetime,
    nameless: Collection[str] = (),
) -> None:
    """Makes the conversations that are missing for (address, display name). `nameless`: keys of addresses whose
    provider is to be asked for the name (hub.customers.names).

    A number that the channel vouches for (SMS, WhatsApp) belongs to the customer whose number it is; everybody else is
    a new customer until proof says otherwise.
    """
    known = conversations.known_keys(conn, [address.key for address, _ in wanted])
    missing = {address.key: (address, name) for address, name in wanted if address.key not in known}
    if not missing:
        return
    owners = customers.of_phones(conn, [a.phone for a, _ in missing.values() if a.phone])
    reached = {key: row.customer_id for key, row in addresses.by_keys(conn, missing).items()}
    places, spoken = [], []
    for address, name in missing.values():
        customer_id = reached.get(address.key) or owners.get(address.phone or "")
        if customer_id is None:
            customer_id = customers.add(conn, now, name=name[: conversations.NAME_MAX], phone=address.phone)
            if address.phone:  # without a number each is a customer of their own
                owners[address.phone] = customer_id
        asked = now if address.key in nameless else None
        places.append({**addresses.row(address, customer_id, now), "ask_name_at": asked})
        spoken.append(conversations.row(address, customer_id, now))
    addresses.add_all(conn, store, places)
    conversations.add_all(conn, store, spoken)
    if reached:
        addresses.leave_lost_homes(conn, reached)
