"""Gives the conversation back to the bot, at a flow perhaps: the button "Back to bot"."""

from core.desk.bot_flows import FLOWS, TO_BOT
from core.desk.events import Pressed
from core.people.conversations import UNRESOLVED
from flows.engine.events import External
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework.handover import end
from hub.desk.forms.to_bot import FLOW
from hub.happenings import tell
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case

SOON = 0.5  # seconds, after which our transaction is done


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Ends the case; the customer is told that the bot is back, which begins what was chosen."""
    flow = event.values.get(FLOW, "")
    if end(act, case, who, "to_bot", "bot_back") and flow in FLOWS and who.case_id == case.id:
        tell(act.hub, act.conn, who.id, External(TO_BOT, flow), event.external_id, act.now)
        act.hub.waker.shards(range(act.hub.shards), SOON)


BUTTON = Button("case_to_bot", "Back to bot", press, 30, UNRESOLVED, row=2, needs="case:resolve")
