"""Gives a case to a colleague by its number: `/desk assign 12 @bea`."""

from hub.desk.act import Act
from hub.desk.buttons.case import assign
from hub.desk.command_deed import CommandDeed
from hub.desk.numbered import on_case
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


def _do(act: Act, words: str) -> None:
    on_case(act, words, _assign)


def _assign(act: Act, case: Case, who: Conversation, _rest: str) -> None:
    assign.assign(act, case, who, next(iter(act.colleagues.values()), None))


DEED = CommandDeed(_do, assign.BUTTON.needs)
