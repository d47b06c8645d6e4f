"""Decides whether an agent is asked before a message of theirs goes to the customer, and in which words."""

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import PurePath

from core.content.styles import Formatted
from core.desk.events import AgentFile, AgentMessage
from core.desk.notes import is_doubtful, speaks_to
from hub.desk import wording
from hub.desk.act import Act
from hub.desk.replying import reply_words
from storage.conversations.conversations import Conversation
from storage.desk import agents, messages
from storage.desk.cases import Case
from storage.desk.messages import HELD

JUST_NOW = timedelta(minutes=2)
HAS_WRITTEN = "{} answered this customer just now. "
IS_WRITING = "{} is about to answer this customer. "


ASIDES = {"forwarded": reply_words.FORWARDED, "action": reply_words.AN_ACTION}


def question(act: Act, said: Formatted, case: Case, who: Conversation, files: Sequence[AgentFile] = ()) -> str:
    """Returns what its author is asked; "" where it is to go out.

    A note that was not marked as agreed cannot be taken back once it is out, and a colleague may be answering already.
    """
    if isinstance(act.event, AgentMessage) and act.event.aside:
        return ASIDES[act.event.aside]
    if is_doubtful(said.text, said.styles) or any(is_doubtful(_spelt_out(file.name)) for file in files):
        return reply_words.LIKE_A_NOTE
    if speaks_to(said.text, _colleagues(act, who)):
        return reply_words.TO_A_COLLEAGUE
    if case.claimed_by not in (None, act.user.id):
        return f"{collision(act, case)}{wording.send_or_keep(act.holder(case))}"
    return ""


def _spelt_out(name: str) -> str:
    """Writes a file's name, like "internal_costs.pdf", as the words that it is made of."""
    return re.sub(r"[_-]+", " ", PurePath(name).stem)


def _colleagues(act: Act, who: Conversation) -> list[str]:
    """Lists the names of the others at the desk, without those that might be the customer's."""
    theirs = {*who.name.casefold().split()}
    return [name for name in agents.names(act.conn, act.user.id) if theirs.isdisjoint(name.casefold().split())]


def collision(act: Act, case: Case) -> str:
    """Says who wrote just now, or is about to, so that the customer is not answered twice; empty where nobody did."""
    theirs = messages.of_others(act.conn, case.id, act.user.id, act.now - JUST_NOW)
    if theirs is None:
        return ""
    name = agents.name_of(act.conn, theirs.user) or wording.A_COLLEAGUE
    return (IS_WRITING if theirs.state == HELD else HAS_WRITTEN).format(name)
