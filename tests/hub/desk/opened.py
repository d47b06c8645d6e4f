"""Reads how the only case of a house stands."""

from storage.desk.tables import cases
from storage.people.tables import conversations
from tests.hub.house import House


def case(house: House) -> tuple[str, str | None, str]:
    """Reads (state, agent, owner of the conversation)."""
    row = house.row(cases)
    return row.state, row.claimed_by, house.row(conversations).owner
