"""Blocks the customer of a case, for a day or as long as is said: `/desk block 12 3d`."""

from core.cases.block_times import USUAL
from hub.desk.act import Act
from hub.desk.buttons.case import block
from hub.desk.command_deed import CommandDeed
from hub.desk.numbered import on_case
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


def _do(act: Act, words: str) -> None:
    on_case(act, words, _block)


def _block(act: Act, case: Case, who: Conversation, rest: str) -> None:
    block.block(act, case, who, rest or USUAL)


DEED = CommandDeed(_do, block.BUTTON.needs)
