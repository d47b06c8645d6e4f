"""Removes what a customer wrote, at an agent's wish: here, in the media store, at the desk, and from our copies.

What is removed is what stands in one post at the desk: the words of one breath, with their files.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from core.desk.posts import PostCustomer, PostNote, decode_desk_post
from core.encoding import encode
from core.messages.inbound import Edited, InboundEvent, InboundMessage, decode_event
from hub.customers.erasing import take_away
from hub.delivery.postings import post_to_desk
from hub.desk.act import Deed
from storage.conversations import timeline
from storage.conversations.conversations import Conversation
from storage.desk import cases, posted
from storage.desk.cases import Case
from storage.hooks import rows as hooks
from storage.media import files
from storage.queues import copies, outbox
from storage.queues.copies import Copy

NOTHING = "Only what the customer wrote can be removed. Delete your own messages in Slack."
DONE = "Removed here and in Slack. The customer still has it on their phone."


def redact(act: Deed, case: Case, who: Conversation, place: str, message: str) -> None:
    """Removes what the customer wrote in that message of the desk, and says so in the thread."""
    row = posted.row_of(act.conn, case.id, place, message)
    post = decode_desk_post(row.payload) if row else None
    if row is None or not isinstance(post, PostCustomer):
        act.answer(NOTHING)
        return
    told = [row, *_joined(copies.joined(act.conn, row), post)]
    ids = _with_meanings(act, [each.id for each in told])
    shown = posted.of_posts(act.conn, ids)
    words = [*_forget(act, who, told), post.text]
    for id_ in ids:
        copies.rewrite_post(act.conn, id_, encode(PostCustomer(case.id, "")))
    _forget_in_case(act, case, words)
    act.audit("redact", case)
    act.draw_card(case)
    take_away(act.hub, act.conn, shown, act.now)
    note = PostNote(case.id, f":scissors: {act.user.name} removed what the customer wrote here.")
    post_to_desk(act.hub, act.conn, note, case.id, act.now)
    act.answer(DONE)


def _with_meanings(act: Deed, post_ids: list[str]) -> list[str]:
    """Adds to posts those that say what their words or recordings mean, and has no more be asked about any of them."""
    found = list(post_ids)
    while more := [each.shown_id for each in hooks.about(act.conn, found) if each.shown_id not in (None, *found)]:
        found += filter(None, more)
    hooks.forget_posts(act.conn, found)
    for id_ in found[len(post_ids) :]:
        outbox.refuse(act.conn, id_, outbox.CANCELLED, "redacted", act.now)  # where it is not there yet
    return found


def _joined(waiting: Iterable[Copy], post: PostCustomer) -> list[Copy]:
    """Finds the rows whose words stand in the post too."""
    found = ((each, decode_desk_post(each.payload)) for each in waiting)
    return [each for each, said in found if isinstance(said, PostCustomer) and said.text in post.text]


def _forget(act: Deed, who: Conversation, told: Iterable[Copy]) -> list[str]:
    """Removes the messages from inbox, timeline and media; returns their words. Their rows stay, as they may come again
    and are not news then."""
    words = []
    for row in copies.causes(act.conn, [each.cause_id for each in told if each.cause_id]):
        event = decode_event(row.payload)
        if not isinstance(event, InboundMessage | Edited):
            continue
        words.append(event.text)
        copies.rewrite_arrival(act.conn, row.id, encode(_empty(event)))
        name = event.name if isinstance(event, InboundMessage) else event.target
        what = {"place": who.id, "name": name, "at_": act.now}
        act.conn.execute(timeline.DELETE, what)
        act.conn.execute(files.FORGET_MESSAGE, {"customer": who.customer_id, **what})
    return words


def _empty(event: InboundMessage | Edited) -> InboundEvent:
    if isinstance(event, Edited):
        return msgspec.structs.replace(event, text="", attachments=())
    return msgspec.structs.replace(event, text="", attachments=(), choice=None, quoted=None, referral=None)


def _forget_in_case(act: Deed, case: Case, words: Iterable[str]) -> None:
    """Removes the words from what was written down for the case."""
    summary, details = case.summary, _json(case.details)
    for each in sorted(filter(None, words), key=len, reverse=True):
        summary, details = summary.replace(each, ""), details.replace(_json(each)[1:-1], "")
    cases.rewrite(act.conn, case.id, summary, details)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
