"""Counts what happened at the desk today, and how the shop's day and week are: `/desk report`."""

from core.desk.home import numbers_text
from hub.desk.asked import Asked
from hub.desk.showing.home import midnight
from storage.desk import listing

NEEDS = "report:read"


def answer(asked: Asked) -> str:
    """Returns the desk's numbers since the day began where the agent is, and those of the shop's days."""
    since = midnight(asked.users(asked.command.user), asked.now)
    with asked.store.read() as conn:
        here = f"Today, since {since:%d %b %H:%M} UTC:\n{numbers_text(listing.numbers(conn, since))}"
    return "\n".join(filter(None, (here, asked.numbers(asked.now))))
