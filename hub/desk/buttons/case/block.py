"""Blocks a spammer for a time: the button "Block"."""

from core.cases.block_times import USUAL, length_of
from core.cases.steps import Step, before
from core.desk.events import Pressed
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import blocking
from hub.desk.forms.block import LENGTH
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case

LENGTHS = "Say for how long, like `1h`, `3d` or `2w`; at most a year."


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Blocks the customer for as long as was chosen."""
    block(act, case, who, event.values.get(LENGTH, USUAL))


def block(act: Act, case: Case, who: Conversation, words: str) -> None:
    """Blocks the customer for as long as the words say."""
    length = length_of(words)
    if length is None:
        act.answer(LENGTHS)
    else:
        blocking.block(act, case, who, length)


BUTTON = Button("case_block", "Block", press, 45, before(Step.BLOCK), row=2, needs="case:block")
