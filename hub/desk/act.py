"""Carries out what is done to a case, within its transaction: who does it, and how team and customer hear of it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.desk.events import Command, DeskUser, ThreadEvent
from core.desk.glances import ButtonGlance
from core.desk.posts import DeskPost, PostCard, PostDetails, PostEphemeral, PostNote
from core.messages.outbound import OutboundMessage, Speaker
from hub import reach
from hub.clocks.keeping import follow
from hub.delivery.postings import enqueue, post_to_desk, posting
from hub.desk import wording
from hub.hub import Hub
from storage.conversations import timeline
from storage.conversations.conversations import Conversation
from storage.desk import audit
from storage.desk.cases import Case


class Deed(ABC):
    """Holds what somebody does to a case: an agent at the desk (`Act`), an operator (`hub.desk.operators`)."""

    def __init__(self, hub: Hub, conn: Connection, user: DeskUser, now: datetime) -> None:
        self.hub = hub
        self.conn = conn
        self.user = user
        self.now = now

    @abstractmethod
    def answer(self, text: str) -> None:
        """Tells whoever does it something that nobody else needs to know, as why nothing was done."""

    @abstractmethod
    def holder(self, case: Case) -> str:
        """Returns the name of the agent who has the case."""

    def draw_card(self, case: Case) -> None:
        """Has the clocks of a case that changed follow what it is now, and posts its card anew."""
        follow(self.hub, self.conn, case.id, self.now)
        self._post(PostCard(case.id), case.id)

    def tell(self, who: Conversation, *keys: str, agent: str = "") -> None:
        """Sends texts of the responses to the customer, as one message, where they may be told something now.

        The texts may name the agent, who else acts.
        """
        if not reach.may_say(self.hub, self.conn, who, self.now):
            return
        named = agent or self.user.name
        self.say(who, "\n".join(self.hub.say(key, who.locale or "en", agent=named) for key in keys))

    def say(self, who: Conversation, text: str) -> None:
        """Sends the customer a text of ours."""
        self.send(who, OutboundMessage(text, speaker=Speaker.SYSTEM), timeline.BOT)

    def send(self, who: Conversation, message: OutboundMessage, author: str, **more: Any) -> str:
        """Puts a message to the customer into the outbox; returns its id. `more` are further columns of the row."""
        return enqueue(self.hub, self.conn, posting(who, message, author, self.now, **more))

    def note(self, case: Case, text: str, user: str = "", *, broadcast: bool = False) -> None:
        """Posts a sentence in the case's thread, of which this user is told by name, unless they did it themselves."""
        self._post(PostNote(case.id, text, broadcast, "" if user == self.user.id else user), case.id)

    def audit(self, action: str, case: Case, data: Mapping[str, Any] | None = None) -> None:
        """Adds an entry to the audit log; `data` holds ids and states, never words."""
        audit.record(self.conn, self.hub.store, self.user.id, action, f"{audit.CASE}{case.id}", self.now, data)

    def _post(self, post: DeskPost, case_id: str) -> None:
        post_to_desk(self.hub, self.conn, post, case_id, self.now)


class Act(Deed):
    """Holds what an agent does, by `event`: to the case in whose thread it came, or by a command.

    `colleagues` are the agents who are concerned, by id.
    """

    def __init__(
        self,
        hub: Hub,
        conn: Connection,
        event: ThreadEvent | Command,
        user: DeskUser,
        colleagues: Mapping[str, DeskUser],
        now: datetime,
    ) -> None:
        super().__init__(hub, conn, user, now)
        self.event = event
        self.colleagues = colleagues

    def show(self, post: PostDetails) -> None:
        """Shows this agent alone what the post is about."""
        self._post(post, post.case_id)

    def holder(self, case: Case) -> str:
        """Returns the name of the agent who has the case."""
        known = self.colleagues.get(case.claimed_by or "")
        return (known.name if known else case.agent_name) or wording.A_COLLEAGUE

    def name_of(self, user: str) -> str:
        """Returns the name of one of the agents who are concerned."""
        known = self.colleagues.get(user)
        return known.name if known else wording.A_COLLEAGUE

    def answer(self, text: str, buttons: tuple[ButtonGlance, ...] = ()) -> None:
        """Posts a text that only this agent sees, where they are looking: beside the message, or in its thread."""
        event = self.event
        thread = "" if isinstance(event, Command) or event.thread == event.message else event.thread
        self._post(PostEphemeral(self.event.place, self.event.user, text, thread, buttons), "")
