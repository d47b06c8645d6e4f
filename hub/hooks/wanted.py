"""Decides what hooks are asked about a customer's post once it stands in its thread: never before, never in its way."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from core.desk.posts import TRANSCRIPT as RECORDED
from core.desk.posts import PostCustomer
from core.ids import new_id
from hub.hooks.languages import told_of, understood, written_in
from hub.hub import Hub
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.desk import cases
from storage.desk.cases import Case
from storage.hooks import rows
from storage.hooks.rows import TRANSCRIPT, TRANSLATION, Ask
from storage.media import files
from storage.queues.outbox import Posting

_WORDS = ("", "edited", RECORDED)  # the changes of posts that hold words of the customer's own


def want(hub: Hub, conn: Connection, posting: Posting, post: PostCustomer, now: datetime) -> None:
    """Keeps what is to be asked, in the transaction that notes that the post was taken."""
    case = cases.by_id(conn, post.case_id) if hub.hooks else None
    who = conversations.by_id(conn, case.conversation_id) if case else None
    if hub.hooks is None or case is None or who is None:
        return
    asks: list[Ask] = []
    if TRANSLATION in hub.hooks.kinds:
        asks += _translation(hub, case, who, posting.id, post, now)
    if TRANSCRIPT in hub.hooks.kinds and post.media:
        asks += _transcripts(conn, case, who, posting.id, post, now)
    rows.add(conn, hub.store, asks)


def _translation(
    hub: Hub, case: Case, who: Conversation, post_id: str, post: PostCustomer, now: datetime
) -> Iterator[Ask]:
    if post.change not in _WORDS or not any(sign.isalpha() for sign in post.text):
        return
    languages, spoken = understood(hub, case), written_in(post.text, who)
    if spoken not in languages:
        yield rows.new(new_id(now), TRANSLATION, case.id, post_id, now, language=languages[0], spoken=spoken)


def _transcripts(
    conn: Connection, case: Case, who: Conversation, post_id: str, post: PostCustomer, now: datetime
) -> Iterator[Ask]:
    found = files.by_ids(conn, post.media)
    for id_ in post.media:
        if id_ in found and found[id_].is_there(now) and found[id_].mime.startswith("audio/"):
            yield rows.new(new_id(now), TRANSCRIPT, case.id, post_id, now, media_id=id_, language=told_of(who))
