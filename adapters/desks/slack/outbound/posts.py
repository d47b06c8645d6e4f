"""Renders a desk post as a call of Slack's Web API, with its arguments. Pure: nothing is called here."""

import re
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from adapters.desks.slack.blocks.card import card
from adapters.desks.slack.blocks.digest import digest
from adapters.desks.slack.blocks.links import Addresses, linked
from adapters.desks.slack.blocks.messages import customer_words, details, ephemeral, note
from adapters.desks.slack.blocks.returns import team_message
from adapters.desks.slack.blocks.wording import NOT_TAKEN, channel_label, icon
from adapters.desks.slack.markup import to_slack
from adapters.desks.slack.outbound.call import Call, look_of, metadata
from adapters.desks.slack.outbound.redrawn import Redrawn, redrawn
from core.content.text import shorten
from core.desk.card import CaseView
from core.desk.links import without_links
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
)
from core.errors import Outcome, SendError

NAME, NOTE = 60, 3000
_USER = re.compile(r"[UW][A-Z0-9]{1,20}")
NOWHERE: Addresses = MappingProxyType({})
_NO_PREVIEWS = {"unfurl_links": False, "unfurl_media": False}


def call_of(
    post: DeskPost, view: CaseView | None, place: str, root: str, correlation: str, addresses: Addresses = NOWHERE
) -> Call:
    """Renders `post` as a call, with bare ids; `addresses` are those of the workspaces that it links into.

    `place` and `root` are the case's channel and thread, empty until its card is posted. Cards need `view`; a
    customer's words take their name from it. `correlation` goes into the message's metadata. Raises SendError for what
    cannot be posted (yet).
    """
    match post:
        case PostCard():
            return _card(post, view, place, root, correlation)
        case PostCustomer():
            return _customer(post, view, place, root, correlation)
        case PostFile():
            raise SendError(Outcome.CONTENT_REJECTED, "no_message", "a file is uploaded, and shared by another post")
        case PostNote():
            return _note(post, place, root, correlation)
        case PostMark() | PostEphemeral() | PostDetails() | PostErased() | PostHome() | PostForm() | PostTranslation():
            return _beside(post, place, correlation, addresses)
        case PostCampaign() | PostDigest():
            return _of_no_case(post, place, root, correlation)
        case PostReturn():
            return _return(post, place, root, correlation)


_Beside = PostMark | PostEphemeral | PostDetails | PostErased


def _beside(post: _Beside | Redrawn, place: str, correlation: str, addresses: Addresses) -> Call:
    """Renders what is no message that everybody in the channel gets."""
    match post:
        case PostMark():
            return _mark(post, place)
        case PostDetails():
            to = {"channel": post.place, "user": post.user, "thread_ts": post.thread or None}
            return Call("chat_postEphemeral", {**to, **look_of(details(post))}, key="message_ts")
        case PostErased():
            return _erased(post)
        case PostEphemeral():
            return _ephemeral(post, place, addresses)
        case _:
            return redrawn(post, place, correlation, addresses)


def _card(post: PostCard, view: CaseView | None, place: str, root: str, correlation: str) -> Call:
    if view is None:
        raise SendError(Outcome.CONTENT_REJECTED, "no_view", f"case {post.case_id} has nothing to show")
    look = {**look_of(card(view)), **metadata(post.case_id, correlation)}
    if not root:
        return _message(channel=place, **look)
    return Call("chat_update", {"channel": place, "ts": root, **look}, repeatable=True, message=root)


def _customer(post: PostCustomer, view: CaseView | None, place: str, root: str, correlation: str) -> Call:
    channel = view.channel if view else ""
    look = customer_words(post.text, post.attachments, post.files, post.change, post.quoted)
    by = {
        "thread_ts": _thread(root),
        "username": _signature(view.customer if view else "", channel),
        "icon_emoji": icon(channel),
    }
    shared = tuple(file.shared for file in post.files if file.shared)
    if not shared:
        return _message(channel=place, **by, **look_of(look), **metadata(post.case_id, correlation))
    words = {"blocks": list(look.blocks)} if look.blocks else {}
    return Call("", {"channel_id": place, **by, **words}, files=shared, text=look.text)


def with_links(post: DeskPost) -> DeskPost:
    """Returns the post without sharing its files, as Slack refused that: links stand in their place."""
    if not isinstance(post, PostCustomer):
        return post
    files = [replace(file, shared="", unshared=NOT_TAKEN if file.shared else file.unshared) for file in post.files]
    return replace(post, files=tuple(files))


def _note(post: PostNote, place: str, root: str, correlation: str) -> Call:
    mention = f"<@{post.user}> " if _USER.fullmatch(post.user) else ""
    plain = {"text": mention + to_slack(shorten(post.text, NOTE)), "mrkdwn": False}
    return _message(
        channel=place,
        thread_ts=_thread(root) if post.case_id else None,  # of no case: a message of its own in the channel
        **(look_of(note(post.text, post.buttons, mention)) if post.buttons else plain),
        reply_broadcast=(post.broadcast and bool(root)) or None,
        **metadata(post.case_id, correlation),
    )


def _mark(post: PostMark, place: str) -> Call:
    arguments = {"channel": post.place or place, "timestamp": post.message, "name": post.name}
    method, done = ("reactions_remove", "no_reaction") if post.remove else ("reactions_add", "already_reacted")
    return Call(method, arguments, repeatable=True, message=post.message, done=(done,))


def _erased(post: PostErased) -> Call:
    """Deletes a message or a file; who asks again hears that there is none, which is as well."""
    if post.file:
        gone = ("file_not_found", "file_deleted")
        return Call("files_delete", {"file": post.file}, message=post.file, repeatable=True, done=gone)
    arguments = {"channel": post.place, "ts": post.message}
    return Call("chat_delete", arguments, message=post.message, repeatable=True, done=("message_not_found",))


def _ephemeral(post: PostEphemeral, place: str, addresses: Addresses) -> Call:
    plain = {"text": linked(to_slack(shorten(post.text, NOTE)), addresses)}
    look = look_of(ephemeral(without_links(post.text), post.buttons)) if post.buttons else plain
    if not post.place and _USER.fullmatch(post.user):
        return _message(channel=post.user, **look)
    to = {"channel": post.place or place, "user": post.user, "thread_ts": post.thread or None}
    return Call("chat_postEphemeral", {**to, **look}, key="message_ts")


def _of_no_case(post: PostCampaign | PostDigest, place: str, root: str, correlation: str) -> Call:
    if isinstance(post, PostDigest):
        return _message(channel=place, **look_of(digest(post)), **metadata("", correlation))
    return _campaign(post, place, root, correlation)


def _campaign(post: PostCampaign, place: str, root: str, correlation: str) -> Call:
    look = {**look_of(ephemeral(post.text, post.buttons)), **metadata("", correlation)}
    if not root:
        return _message(channel=place, **look)
    return Call("chat_update", {"channel": place, "ts": root, **look}, repeatable=True, message=root)


def _return(post: PostReturn, place: str, root: str, correlation: str) -> Call:
    """Posts a team's message into its channel, or into the thread of the return's case; later ones change it."""
    look = {**look_of(team_message(post)), **metadata("", correlation)}
    if post.message:
        return Call(
            "chat_update", {"channel": place, "ts": post.message, **look}, repeatable=True, message=post.message
        )
    return _message(channel=place, thread_ts=root or None, **look)


def _message(**arguments: Any) -> Call:
    return Call("chat_postMessage", {**_NO_PREVIEWS, **arguments})


def _thread(root: str) -> str:
    """Returns the thread to post into. Without one the text would become a message of its own in the channel."""
    if not root:
        raise SendError(Outcome.ADDRESS_DEAD, "no_root", "the thread went while the post was planned", scope="thread")
    return root


def _signature(customer: str, channel: str) -> str:
    """Signs with the customer's name and channel, as anybody may choose any name: "Finance team (WhatsApp)"."""
    name = " ".join(customer.split()) or "Customer"
    return f"{shorten(name, NAME)} ({channel_label(channel, 'customer')})"
