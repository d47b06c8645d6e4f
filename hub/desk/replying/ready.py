"""Does what belongs to a ready text when it goes out: counts its use, and settles the case as a saved reply says."""

from core.desk.ready_texts import REPLY, read_name
from core.desk.saved_replies import Then
from hub.desk.act import Deed
from hub.desk.casework import resting
from hub.desk.casework.handover import end
from hub.desk.casework.ranking import rank
from storage.conversations.conversations import Conversation
from storage.desk import cases, ready_uses
from storage.desk.cases import Case
from storage.desk.messages import DeskMessage


def went_out(act: Deed, case: Case, who: Conversation, kept: DeskMessage) -> None:
    """Does it in the transaction in which the message goes out first; one that is sent again has had it."""
    kind, id_ = read_name(kept.ready)
    if not id_ or kept.outbox_id is not None:
        return
    ready_uses.count(act.conn, act.hub.store, kind, id_, act.now)
    reply = act.hub.saved.get(id_) if kind == REPLY else None
    now = cases.by_id(act.conn, case.id)
    if reply is not None and now is not None:
        _settle(act, now, who, reply.then)


def _settle(act: Deed, case: Case, who: Conversation, then: Then) -> None:
    if then.tags:
        cases.tag(act.conn, case, then.tags)
    if then.priority or then.team:
        rank(act, case, priority=then.priority or "", team=then.team or "")
    if then.state == "waiting":
        resting.wait(act, case)
    elif then.state == "resolved":
        end(act, case, who, "resolve", "agent_left", "bot_back")
    elif then.tags:
        act.draw_card(case)
