"""Ends a case that is settled: the button "Resolve"."""

from core.desk.events import Pressed
from core.people.conversations import UNRESOLVED
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework.handover import end
from hub.desk.forms.resolve import TOPIC
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Ends the case, about the topic filled in; the customer is told that the agent has left and the bot is back."""
    end(act, case, who, "resolve", "agent_left", "bot_back", topic=event.values.get(TOPIC, ""))


BUTTON = Button("case_resolve", "Resolve", press, 20, UNRESOLVED, needs="case:resolve")
