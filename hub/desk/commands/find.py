"""Finds customers by order, case, phone, e-mail or name: `/desk find 1001`."""

from hub.desk import wording
from hub.desk.asked import Asked
from hub.desk.showing.finding import MOST, find, line

NEEDS = "customer:read"


def answer(asked: Asked) -> str:
    """Returns a line for each customer; addresses are masked."""
    if not asked.rest:
        return wording.FIND_WHAT
    with asked.store.read() as conn:
        found = find(conn, asked.rest)
        lines = [line(conn, each) for each in found]
    more = [wording.FIND_MORE] if len(found) == MOST else []
    return "\n".join([*lines, *more]) or wording.FOUND_NOBODY
