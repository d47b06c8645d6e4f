"""Lists the cases that somebody has: `/desk mine`."""

from hub.desk import wording
from hub.desk.asked import Asked
from hub.desk.commands.queue import lines


def answer(asked: Asked) -> str:
    """Returns a line for each case of who asks, as the queue has them."""
    return lines(asked, asked.command.user) or wording.NONE_OF_YOURS
