"""Counts what happened today: `/desk report`."""

from core.desk.home import numbers_text
from hub.desk.asked import Asked
from hub.desk.showing.home import midnight
from storage.desk import listing

NEEDS = "report:read"


def answer(asked: Asked) -> str:
    """Returns the numbers since the day began where the agent is."""
    since = midnight(asked.users(asked.command.user), asked.now)
    with asked.store.read() as conn:
        return f"Today, since {since:%d %b %H:%M} UTC:\n{numbers_text(listing.numbers(conn, since))}"
