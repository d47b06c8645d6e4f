"""Makes the job of a post to the desk: the case's card first where its thread is not there."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from core.cases.desk import (
    DeskPost,
    PostCampaign,
    PostCard,
    PostCustomer,
    PostEphemeral,
    PostMark,
    PostNote,
    decode_desk_post,
)
from core.errors import Outcome, SendError
from core.ports.calls import Part, Sent
from hub.delivery.job import Attempt, Job
from hub.desk.case_view import case_view
from hub.desk.wording import NEW_THREAD
from hub.hub import Desk, Hub
from hub.media import attachments
from storage.campaigns import campaigns
from storage.desk import cases, messages
from storage.desk.cases import Case
from storage.queues import outbox
from storage.queues.outbox import Posting

THREAD, PLACE = "thread", "place"  # scopes of an error: what is gone
CARD, MARK, POST = "card", "mark", "post"  # what a part is; MARK and POST carry the post, else it is the row's own
TRIES = 3  # threads that one post makes anew, before it is given up


def parts_of(conn: Connection, posting: Posting) -> tuple[Part, ...]:
    """Lists the calls that a post takes, in order."""
    post = decode_desk_post(posting.payload)
    if isinstance(post, PostMark) and not post.name:
        return tuple(_marks(conn, post))
    if isinstance(post, (PostMark, PostEphemeral, PostCampaign)):
        return (Part(POST, {}),)
    case = cases.by_id(conn, posting.case_id) if posting.case_id else None
    if case is None or case.thread:
        return (Part(CARD if isinstance(post, PostCard) else POST, {}),)
    again = [_part(POST, PostNote(case.id, NEW_THREAD))] if cases.had_thread(conn, case.id) else []
    own = [] if isinstance(post, PostCard) else [Part(POST, {})]
    return (_part(CARD, PostCard(case.id)), *again, *own)


def _marks(conn: Connection, post: PostMark) -> Iterator[Part]:
    """Changes the one mark on an agent's message; nothing where the desk shows the right one already."""
    kept = messages.find(conn, post.place, post.message)
    if kept is None or kept.mark == kept.shown:
        return
    yield _part(MARK, msgspec.structs.replace(post, name=kept.mark))
    if kept.shown:
        yield _part(POST, msgspec.structs.replace(post, name=kept.shown, remove=True))


def _part(call: str, post: DeskPost) -> Part:
    return Part(call, msgspec.to_builtins(post))


def desk_job(hub: Hub, conn: Connection, posting: Posting, desk: Desk, attempts: tuple[Attempt, ...]) -> Job:
    """Makes the job. Raises attachments.NotYet."""
    own = attachments.shown(hub, conn, decode_desk_post(posting.payload), posting.created_at, hub.now())
    case = cases.by_id(conn, posting.case_id) if posting.case_id else None
    is_seen = isinstance(own, PostCustomer) or any(attempt.part.call == CARD for attempt in attempts)
    view = case_view(hub, conn, case) if case and is_seen else None
    place, root = (case.place, case.thread or "") if case else (hub.place, _card_of(conn, own))

    async def call(attempt: Attempt) -> Sent:
        nonlocal root
        post = msgspec.convert(attempt.part.payload, DeskPost) if attempt.part.payload else own
        try:
            sent = await desk.post(post, view, place, root, attempt.id)
        except SendError as error:
            raise _read(error, root, has_moved=place != hub.place) from error
        if attempt.part.call == CARD:
            root = sent.provider_id
        return sent

    return Job(posting, attempts, 0.0, call)


def _card_of(conn: Connection, post: DeskPost) -> str:
    """Returns the message that a campaign has at the desk already."""
    campaign = campaigns.by_id(conn, post.campaign_id) if isinstance(post, PostCampaign) else None
    return (campaign.card if campaign else None) or ""


def _read(error: SendError, root: str, *, has_moved: bool) -> SendError:
    """Names the thread that is gone. A channel that is closed to us, where cases are opened in another one by now,
    takes its threads with it."""
    if error.scope == THREAD or (error.scope == PLACE and has_moved):
        return SendError(Outcome.ADDRESS_DEAD, error.code, error.detail, scope=THREAD, thread=root)
    return error


def taken(conn: Connection, posting: Posting, attempt: Attempt, sent: Sent) -> None:
    """Keeps what the desk took: the card's message is the case's thread, a mark is what is shown now."""
    if attempt.part.call == CARD and posting.case_id:
        conn.execute(cases.SET_THREAD, {"row": posting.case_id, "thread_": sent.provider_id})
    post = decode_desk_post(posting.payload)
    if isinstance(post, PostCampaign) and not _card_of(conn, post):
        campaigns.change(conn, post.campaign_id, card=sent.provider_id)
    if attempt.part.call == MARK:
        mark = msgspec.convert(attempt.part.payload, PostMark)
        messages.shown(conn, mark.place, mark.message, mark.name)


def lost(hub: Hub, conn: Connection, posting: Posting, thread: str, now: datetime) -> None:
    """Has a post that failed because that thread of its case is gone made again, in a new one, where it is worth it.

    Another post may have found the same before: then the case has its new thread already, and keeps it.
    """
    post = decode_desk_post(posting.payload)
    if isinstance(post, PostCampaign) and posting.attempts + 1 < TRIES:
        campaigns.change(conn, post.campaign_id, card=None)
        outbox.render_again(conn, posting.id, now)
        return
    case = cases.by_id(conn, posting.case_id) if posting.case_id else None
    if case and _is_worth(post, case) and posting.attempts + 1 < TRIES:
        if (case.thread or "") == thread:
            cases.forget_thread(conn, hub.store, case, hub.place)
        outbox.render_again(conn, posting.id, now)


def _is_worth(post: DeskPost, case: Case) -> bool:
    """Tells whether a post needs its thread. A mark on a message that is gone does not, nor the card of a case that is
    done."""
    if isinstance(post, PostCard):
        return not case.is_over
    return isinstance(post, (PostCustomer, PostNote))
