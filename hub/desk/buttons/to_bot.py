"""Gives the conversation back to the bot: the button "Back to bot"."""

from core.cases.desk import Pressed
from core.people.conversations import UNRESOLVED
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.handover import end
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


def press(act: Act, _event: Pressed, case: Case, who: Conversation) -> None:
    """Ends the case; the customer is told that the bot is back."""
    end(act, case, who, "to_bot", "bot_back")


BUTTON = Button("case_to_bot", "Back to bot", press, 30, UNRESOLVED, needs="case:resolve")
