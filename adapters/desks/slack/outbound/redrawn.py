"""Renders what changes something that is at Slack already: a page, an open form, a customer's post."""

from adapters.desks.slack.blocks.form import modal
from adapters.desks.slack.blocks.home import home_view
from adapters.desks.slack.blocks.links import Addresses
from adapters.desks.slack.blocks.messages import customer_words
from adapters.desks.slack.outbound.call import Call, look_of, metadata
from core.desk.posts import PostForm, PostHome, PostTranslation
from core.errors import Outcome, SendError

Redrawn = PostHome | PostForm | PostTranslation


def redrawn(post: Redrawn, place: str, correlation: str, addresses: Addresses) -> Call:
    """Renders what changes something that is there already."""
    match post:
        case PostHome():
            return _home(post, addresses)
        case PostForm():
            return _form(post)
        case PostTranslation():
            return _translation(post, place, correlation)


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


def _translation(post: PostTranslation, place: str, correlation: str) -> Call:
    """Changes a customer's post that may be gone by now: then there is nothing to translate."""
    said = post.shown
    if said is None:
        raise SendError(Outcome.CONTENT_REJECTED, "no_view", "these words are not there any more")
    words = customer_words(said.text, said.attachments, said.files, said.change, said.quoted, post.text)
    arguments = {"channel": place, "ts": post.message, **look_of(words), **metadata(post.case_id, correlation)}
    return Call("chat_update", arguments, message=post.message, repeatable=True, done=("message_not_found",))
