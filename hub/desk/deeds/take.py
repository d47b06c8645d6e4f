"""Takes a case by its number, as its button does: `/desk take 12`."""

from hub.desk.act import Act
from hub.desk.buttons.case import claim
from hub.desk.command_deed import CommandDeed
from hub.desk.numbered import on_case
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


def _do(act: Act, words: str) -> None:
    on_case(act, words, _take)


def _take(act: Act, case: Case, who: Conversation, _rest: str) -> None:
    claim.take(act, case, who)


DEED = CommandDeed(_do, claim.BUTTON.needs)
