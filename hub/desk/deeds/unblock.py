"""Lets the customer of a case write again: `/desk unblock 12`."""

from hub.desk.act import Act
from hub.desk.casework import blocking
from hub.desk.command_deed import CommandDeed
from hub.desk.numbered import on_case
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


def _do(act: Act, words: str) -> None:
    on_case(act, words, _unblock)


def _unblock(act: Act, case: Case, who: Conversation, _rest: str) -> None:
    blocking.unblock(act, case, who)


DEED = CommandDeed(_do, "case:block")
