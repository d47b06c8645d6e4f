"""Says that an agent who was away is here again: `/desk back`."""

from hub.clocks import presence
from hub.desk.act import Act
from hub.desk.command_deed import CommandDeed

BACK = "Welcome back. `/desk queue` lists what waits, `/desk mine` what you still have."
HERE = "You are not away."


def _do(act: Act, _words: str) -> None:
    act.answer(BACK if presence.come_back(act.hub, act.conn, act.user, act.now) else HERE)


DEED = CommandDeed(_do, "case:claim")
