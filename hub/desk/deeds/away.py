"""Says that an agent is away: their cases wait for others, and they are given none: `/desk away`."""

from hub.clocks import presence
from hub.desk.act import Act
from hub.desk.command_deed import CommandDeed

AWAY = "You are away. {offered} `/desk back` when you are here again."
NONE = "No case of yours waits for an answer."
ONE, SEVERAL = "One case of yours waits for somebody else now.", "{} cases of yours wait for somebody else now."
ALREADY = "You are away already. `/desk back` when you are here again."


def _do(act: Act, _words: str) -> None:
    offered = presence.leave(act.hub, act.conn, act.user, act.now)
    if offered is None:
        act.answer(ALREADY)
    else:
        told = {0: NONE, 1: ONE}.get(offered, SEVERAL.format(offered))
        act.answer(AWAY.format(offered=told))


DEED = CommandDeed(_do, "case:claim")
