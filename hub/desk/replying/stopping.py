"""Stops what an agent wrote before it goes out."""

from hub.clocks import keeping
from hub.desk.act import Act
from hub.desk.replying import marks
from storage.conversations import timeline
from storage.desk import messages
from storage.desk.messages import NOTE, SENT, DeskMessage
from storage.queues import outbox


def stop(act: Act, kept: DeskMessage, code: str) -> bool:
    """Makes a note of a reply that no worker took yet; false when one did. The timeline forgets it."""
    if kept.state != SENT or kept.outbox_id is None:
        return False
    if not outbox.refuse(act.conn, kept.outbox_id, outbox.CANCELLED, code, act.now):
        return False
    timeline.withdraw(act.conn, kept.outbox_id)
    messages.become(act.conn, kept.id, (SENT,), NOTE)
    marks.show(act.hub, act.conn, kept, marks.INSIDE[NOTE], act.now)
    keeping.unanswered(act.hub, act.conn, kept.case_id, act.now)
    return True
