"""Makes the job of a post to the desk: the case's card first where its thread is not there."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from core.desk.posts import (
    DeskPost,
    PostCampaign,
    PostCard,
    PostCustomer,
    PostDetails,
    PostDigest,
    PostEphemeral,
    PostErased,
    PostFile,
    PostForm,
    PostHome,
    PostMark,
    PostNote,
    PostReturn,
    PostTranslation,
    decode_desk_post,
    place_of,
)
from core.encoding import encode
from core.errors import Outcome, SendError
from core.ports.calls import Part, Sent
from hub.delivery import desk_files, filling
from hub.delivery.bursts import burst
from hub.delivery.job import Attempt, Job
from hub.delivery.pace.desk_calls import kinds
from hub.delivery.postings import post_to_desk
from hub.desk.replying import marks
from hub.desk.returns.view import team_post
from hub.desk.showing.case_view import case_view
from hub.desk.showing.whole import Page, pages
from hub.desk.wording import NEW_THREAD
from hub.hooks.wanted import want
from hub.hub import Desk, Hub
from hub.media import attachments
from storage.campaigns import campaigns
from storage.desk import cases, messages, threads
from storage.desk.cases import Case
from storage.media.files import File
from storage.queues import outcomes
from storage.queues.outbox import Posting
from storage.shop import filed_returns

THREAD, PLACE = "thread", "place"  # scopes of an error: what is gone
CARD, MARK, POST = "card", "mark", "post"  # what a part is; MARK and POST carry the post, else it is the row's own
TRIES = 3  # threads that one post makes anew, before it is given up


@dataclass(frozen=True)
class Told:
    """Holds a row of the outbox, and what it tells: a post with its case and files, as they are now."""

    posting: Posting
    post: DeskPost
    case: Case | None
    files: tuple[File, ...] = ()
    joined: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()  # of details


def tell(hub: Hub, conn: Connection, posting: Posting) -> Told:
    """Reads what a row tells. Raises attachments.NotYet."""
    post, joined = burst(conn, posting, decode_desk_post(posting.payload))
    if joined:
        posting = msgspec.structs.replace(posting, payload=encode(post))
    known = attachments.of_post(conn, post, posting.created_at, hub.now())
    if isinstance(post, PostCustomer) and known:
        post = msgspec.structs.replace(post, files=attachments.glances(hub, known, hub.now()))
    case = cases.by_id(conn, posting.case_id) if posting.case_id else None
    details = pages(hub, conn, case) if isinstance(post, PostDetails) and case else ()
    home = hub.home(place_of(post, case.place if case else posting.account))  # of now: cases and settings move on
    posting = msgspec.structs.replace(posting, account=home)
    return Told(posting, post, case, known, joined, details)


def parts_of(hub: Hub, conn: Connection, told: Told) -> tuple[Part, ...]:
    """Lists the calls that a post takes, in order."""
    post, case = told.post, told.case
    if isinstance(post, PostMark) and not post.name:
        return tuple(_marks(conn, post))
    if isinstance(post, PostTranslation):
        return (Part(POST, {}),) if filling.is_there(conn, post) else ()
    if isinstance(post, (PostMark, PostEphemeral, PostCampaign, PostErased, PostHome, PostForm)):
        return (Part(POST, {}),)
    if isinstance(post, PostDetails):
        number = len(told.pages)
        return tuple(_part(POST, msgspec.structs.replace(post, page=n, pages=number)) for n in range(number))
    if isinstance(post, PostCard):
        own: tuple[Part, ...] = (Part(CARD, {}),) if case is None or case.thread else ()
    else:
        own = (*_uploads(hub, told), Part(POST, {}))
    if case is None or case.thread:
        return own
    again = [_part(POST, PostNote(case.id, NEW_THREAD))] if threads.had_thread(conn, case.id) else []
    return (_part(CARD, PostCard(case.id)), *again, *own)


def _uploads(hub: Hub, told: Told) -> tuple[Part, ...]:
    largest = hub.desk.largest if hub.desk else 0
    return desk_files.uploads(told.posting.case_id or "", told.files, largest, hub.now())


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


def desk_job(hub: Hub, conn: Connection, told: Told, desk: Desk, attempts: tuple[Attempt, ...]) -> Job:
    """Makes the job."""
    posting, own, case = told.posting, told.post, told.case
    at_desk = desk_files.uploaded(conn, posting.id) if told.files and posting.rendered else {}
    is_seen = isinstance(own, PostCustomer) or any(attempt.part.call == CARD for attempt in attempts)
    view = case_view(hub, conn, case) if case and is_seen else None
    place, root = (case.place, case.thread or "") if case else (posting.account, _card_of(conn, own))
    if isinstance(own, PostReturn):
        own, place = team_post(hub, conn, own, place)
    elif isinstance(own, PostDigest):
        place = own.place or place
    own = filling.as_it_is(hub, conn, own)

    async def call(attempt: Attempt) -> Sent:
        nonlocal root
        post = msgspec.convert(attempt.part.payload, DeskPost) if attempt.part.payload else own
        post = filling.filled(post, told.files, told.pages, at_desk, desk.largest)
        try:
            sent = await desk.post(post, view, place, root, attempt.id, again=attempt.tries > 1)
        except SendError as error:
            where = place_of(post, place)
            raise _read(error, root, has_moved=where != hub.home(where)) from error
        if attempt.part.call == CARD:
            root = sent.provider_id
        if isinstance(post, PostFile):
            at_desk[post.media] = sent.provider_id
        return sent

    late = desk_files.late(own, told.files) if isinstance(own, PostCustomer) else None
    return Job(
        posting,
        attempts,
        0.0,
        call,
        reworded=bool(told.joined),
        joined=told.joined,
        followed_by=(late,) if late else (),
        calls=tuple(Counter(kinds(own, attempts, place, root)).items()),
        rank=int(isinstance(own, PostCard)),
    )


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


def taken(hub: Hub, conn: Connection, posting: Posting, attempt: Attempt, sent: Sent, now: datetime) -> None:
    """Keeps what the desk took: the card's message is the case's thread, a mark is what is shown now."""
    if attempt.part.call == CARD and posting.case_id:
        _thread_begins(hub, conn, posting.case_id, sent.provider_id, now)
    post = decode_desk_post(posting.payload)
    if isinstance(post, PostCampaign) and not _card_of(conn, post):
        campaigns.change(conn, post.campaign_id, card=sent.provider_id)
    if isinstance(post, PostReturn) and attempt.part.call == POST:
        filed_returns.posted(conn, post.return_id, post.team, sent.provider_id)
    if isinstance(post, PostCustomer) and attempt.part.call == POST:
        want(hub, conn, posting, post, now)
    if isinstance(post, PostNote) and post.shows and attempt.part.call == POST:
        shown = messages.placed(conn, post.shows, sent.provider_id)
        if shown and shown.mark:
            marks.draw(hub, conn, shown, now)
    if attempt.part.call == MARK:
        mark = msgspec.convert(attempt.part.payload, PostMark)
        messages.shown(conn, mark.place, mark.message, mark.name)


def _thread_begins(hub: Hub, conn: Connection, case_id: str, thread: str, now: datetime) -> None:
    """Notes the thread of a case that has none, in which the customer's files from before then stand first."""
    if conn.execute(threads.SET_THREAD, {"row": case_id, "thread_": thread}).rowcount != 1:
        return
    case = cases.by_id(conn, case_id)
    before = desk_files.earlier(conn, case) if case else None
    if before:
        post_to_desk(hub, conn, before, case_id, now)


def lost(hub: Hub, conn: Connection, posting: Posting, thread: str, now: datetime) -> None:
    """Has a post that failed because that thread of its case is gone made again, in a new one, where it is worth it.

    Another post may have found the same before: then the case has its new thread already, and keeps it.
    """
    post = decode_desk_post(posting.payload)
    if isinstance(post, PostCampaign) and posting.attempts + 1 < TRIES:
        campaigns.change(conn, post.campaign_id, card=None)
        outcomes.render_again(conn, posting.id, now)
        return
    if isinstance(post, PostReturn) and _has_moved(hub, conn, post, now):
        return
    if isinstance(post, PostDigest) and post.place:
        here = msgspec.structs.replace(post, place="", refused=post.place)
        post_to_desk(hub, conn, here, "", now)
        return
    case = cases.by_id(conn, posting.case_id) if posting.case_id else None
    if case and _is_worth(post, case) and posting.attempts + 1 < TRIES:
        if (case.thread or "") == thread:
            threads.forget_thread(conn, hub.store, case, hub.home(case.place))
        outcomes.render_again(conn, posting.id, now)


def _has_moved(hub: Hub, conn: Connection, post: PostReturn, now: datetime) -> bool:
    """Has a team's message that is gone posted anew; where its channel is closed to us, into the case's thread."""
    filed = filed_returns.by_id(conn, post.return_id)
    if filed is None or not filed_returns.forget_post(conn, post.return_id, post.team):
        return False
    kept = filed_returns.post_of(conn, post.return_id, post.team)
    post_to_desk(hub, conn, post, "" if kept and kept.place else filed.case_id, now)
    return True


def _is_worth(post: DeskPost, case: Case) -> bool:
    """Tells whether a post needs its thread. A mark on a message that is gone does not, nor the card of a case that is
    done."""
    if isinstance(post, PostCard):
        return not case.is_over
    return isinstance(post, (PostCustomer, PostNote, PostReturn))
