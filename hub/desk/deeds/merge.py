"""Makes one case of two by their numbers: `/desk merge 12 14`."""

from hub.desk import wording
from hub.desk.act import Act
from hub.desk.buttons.case import merge as button
from hub.desk.casework.merging import merge
from hub.desk.command_deed import CommandDeed
from hub.desk.numbered import on_case
from storage.conversations.conversations import Conversation
from storage.desk import cases
from storage.desk.cases import Case


def _do(act: Act, words: str) -> None:
    on_case(act, words, _merge)


def _merge(act: Act, case: Case, _who: Conversation, rest: str) -> None:
    other = cases.by_written(act.conn, rest)
    if other is None:
        act.answer(wording.no_case(rest))
    else:
        merge(act, case, other)


DEED = CommandDeed(_do, button.BUTTON.needs)
