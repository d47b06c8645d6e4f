"""Renders a desk post as a call of Slack's Web API, with its arguments. Pure: nothing is called here."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from msgspec.structs import replace

from adapters.desks.slack.blocks.card import card
from adapters.desks.slack.blocks.elements import Rendering
from adapters.desks.slack.blocks.form import modal
from adapters.desks.slack.blocks.home import home_view
from adapters.desks.slack.blocks.links import Addresses, linked
from adapters.desks.slack.blocks.messages import customer_words, details, ephemeral, note
from adapters.desks.slack.blocks.returns import team_message
from adapters.desks.slack.blocks.wording import NOT_TAKEN, channel_label, icon
from adapters.desks.slack.markup import to_slack
from core.content.text import shorten
from core.desk.card import CaseView
from core.desk.links import without_links
from core.desk.posts import (
    DeskPost,
    PostCampaign,
    PostCard,
    PostCustomer,
    PostDetails,
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


class Call(NamedTuple):
    """Describes one call: `method` as AsyncWebClient names it, and its arguments.

    The message's id is `message`, or stands in the answer under `key`. A `repeatable` call does no harm when it is made
    twice; the errors in `done` say that it was made before. `files` are ids of uploaded files that the message shares.
    """

    method: str
    arguments: Mapping[str, Any]
    key: str = "ts"
    message: str = ""
    repeatable: bool = False
    done: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    text: str = ""  # of a message with files, which Slack shows where it refuses blocks

    def without_blocks(self) -> "Call":
        """Returns the same call with its text alone; an update with no blocks takes them from the message."""
        if not self.files:
            return self._replace(arguments={**self.arguments, "blocks": []})
        rest = {name: value for name, value in self.arguments.items() if name != "blocks"}
        return self._replace(arguments={**rest, "initial_comment": self.text})


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
        case PostCampaign():
            return _campaign(post, place, root, correlation)
        case PostReturn():
            return _return(post, place, root, correlation)


_Beside = PostMark | PostEphemeral | PostDetails | PostErased
_Redrawn = PostHome | PostForm | PostTranslation


def _beside(post: _Beside | _Redrawn, place: str, correlation: str, addresses: Addresses) -> Call:
    """Renders what is no message that everybody in the channel gets."""
    match post:
        case PostMark():
            return _mark(post, place)
        case PostDetails():
            to = {"channel": post.place, "user": post.user, "thread_ts": post.thread or None}
            return Call("chat_postEphemeral", {**to, **_look(details(post))}, key="message_ts")
        case PostErased():
            return _erased(post)
        case PostEphemeral():
            return _ephemeral(post, place, addresses)
        case _:
            return _redrawn(post, place, correlation, addresses)


def _redrawn(post: _Redrawn, place: str, correlation: str, addresses: Addresses) -> Call:
    """Renders what changes something that is there already."""
    match post:
        case PostHome():
            return _home(post, addresses)
        case PostForm():
            return _form(post)
        case PostTranslation():
            return _translation(post, place, correlation)


def _card(post: PostCard, view: CaseView | None, place: str, root: str, correlation: str) -> Call:
    if view is None:
        raise SendError(Outcome.CONTENT_REJECTED, "no_view", f"case {post.case_id} has nothing to show")
    look = {**_look(card(view)), **_metadata(post.case_id, correlation)}
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
        return _message(channel=place, **by, **_look(look), **_metadata(post.case_id, correlation))
    words = {"blocks": list(look.blocks)} if look.blocks else {}
    return Call("", {"channel_id": place, **by, **words}, files=shared, text=look.text)


def _translation(post: PostTranslation, place: str, correlation: str) -> Call:
    """Changes a customer's post that may be gone by now: then there is nothing to translate."""
    said = post.shown
    if said is None:
        raise SendError(Outcome.CONTENT_REJECTED, "no_view", "these words are not there any more")
    look = customer_words(said.text, said.attachments, said.files, said.change, said.quoted, post.text)
    arguments = {"channel": place, "ts": post.message, **_look(look), **_metadata(post.case_id, correlation)}
    return Call("chat_update", arguments, message=post.message, repeatable=True, done=("message_not_found",))


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
        **(_look(note(post.text, post.buttons, mention)) if post.buttons else plain),
        reply_broadcast=(post.broadcast and bool(root)) or None,
        **_metadata(post.case_id, correlation),
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
    look = _look(ephemeral(without_links(post.text), post.buttons)) if post.buttons else plain
    if not post.place and _USER.fullmatch(post.user):
        return _message(channel=post.user, **look)
    to = {"channel": post.place or place, "user": post.user, "thread_ts": post.thread or None}
    return Call("chat_postEphemeral", {**to, **look}, key="message_ts")


def _home(post: PostHome, addresses: Addresses) -> Call:
    if post.shown is None:
        raise SendError(Outcome.CONTENT_REJECTED, "no_view", "this page has nothing to show")
    view = home_view(post.shown, addresses)
    return Call("views_publish", {"user_id": post.user.id, "view": view}, repeatable=True, message=post.user.id)


def _form(post: PostForm) -> Call:
    """Draws a form anew; one that was closed meanwhile needs nothing any more."""
    if post.form is None:
        raise SendError(Outcome.CONTENT_REJECTED, "no_view", "this form has nothing to show")
    arguments = {"view_id": post.pressed.view, "view": modal(post.form, post.pressed)}
    return Call("views_update", arguments, message=post.pressed.view, repeatable=True, done=("not_found",))


def _campaign(post: PostCampaign, place: str, root: str, correlation: str) -> Call:
    look = {**_look(ephemeral(post.text, post.buttons)), **_metadata("", correlation)}
    if not root:
        return _message(channel=place, **look)
    return Call("chat_update", {"channel": place, "ts": root, **look}, repeatable=True, message=root)


def _return(post: PostReturn, place: str, root: str, correlation: str) -> Call:
    """Posts a team's message into its channel, or into the thread of the return's case; later ones change it."""
    look = {**_look(team_message(post)), **_metadata("", correlation)}
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


def _look(rendering: Rendering) -> dict[str, Any]:
    return {"text": rendering.text, "blocks": list(rendering.blocks)}


def _metadata(case_id: str, correlation: str) -> dict[str, Any]:
    """Marks a post with metadata, by which it is found again in Slack's history when its outcome is unknown."""
    payload = {"case": case_id, "correlation": correlation}
    return {"metadata": {"event_type": "doorstep_post", "event_payload": payload}} if correlation else {}


def _signature(customer: str, channel: str) -> str:
    """Signs with the customer's name and channel, as anybody may choose any name: "Finance team (WhatsApp)"."""
    name = " ".join(customer.split()) or "Customer"
    return f"{shorten(name, NAME)} ({channel_label(channel, 'customer')})"
