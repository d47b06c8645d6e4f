"""Fills in what stands in no row: what a post shows as it is when it is made."""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Connection

from core.desk.home import Home
from core.desk.posts import (
    DeskPost,
    PostCustomer,
    PostDetails,
    PostForm,
    PostHome,
    PostTranslation,
    decode_desk_post,
)
from hub.delivery import desk_files
from hub.desk.forms.translate import redrawn
from hub.desk.showing.home import page
from hub.desk.showing.whole import Page
from hub.hub import Hub
from storage.desk.posted import POST
from storage.media.files import File
from storage.queues import outbox, parts


def is_there(conn: Connection, post: PostTranslation) -> bool:
    """Tells whether these words still stand at the desk: they may have been removed."""
    return bool(post.text) and _on_its_post(conn, post).shown is not None


def as_it_is(hub: Hub, conn: Connection, own: DeskPost) -> DeskPost:
    """Fills in what is read when it is posted: somebody's own page, an open form, the words that are translated."""
    match own:
        case PostHome():
            shown = Home(refusal=own.refusal) if own.refusal else page(conn, own.user, hub.agents, hub.now())
            return msgspec.structs.replace(own, shown=shown)
        case PostForm():
            return msgspec.structs.replace(own, form=redrawn(conn, own, hub.now()))
        case PostTranslation():
            return _on_its_post(conn, own)
        case _:
            return own


def filled(
    post: DeskPost, files: Sequence[File], pages: Sequence[Page], at_desk: Mapping[str, str], largest: int
) -> DeskPost:
    """Fills in what stands in no row: which files are at the desk by now, and what an agent asked to see."""
    match post:
        case PostCustomer():
            return desk_files.sharing(post, files, at_desk, largest)
        case PostDetails() if post.page < len(pages):
            return msgspec.structs.replace(post, shown=pages[post.page])
        case _:
            return post


def _on_its_post(conn: Connection, post: PostTranslation) -> PostTranslation:
    """Returns the translation with the post that it changes, as far as that is there."""
    row = outbox.by_id(conn, post.of)
    said = decode_desk_post(row.payload) if row else None
    message = next((id_ for _, id_ in parts.taken(conn, post.of, POST) if id_), "")
    if not isinstance(said, PostCustomer) or not said.text or not message:
        return post
    return msgspec.structs.replace(post, shown=said, message=message)
