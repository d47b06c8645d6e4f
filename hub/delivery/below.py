"""Finds the customer's post below whose words a translation is to stand."""

import msgspec
from sqlalchemy import Connection

from core.desk.posts import PostCustomer, PostTranslation, decode_desk_post
from storage.desk.posted import POST
from storage.queues import outbox, parts


def is_there(conn: Connection, post: PostTranslation) -> bool:
    """Tells whether these words still stand at the desk: they may have been removed."""
    return bool(post.text) and filled(conn, post).shown is not None


def filled(conn: Connection, post: PostTranslation) -> PostTranslation:
    """Returns the translation with the post that it changes, as far as that is there."""
    row = outbox.by_id(conn, post.of)
    said = decode_desk_post(row.payload) if row else None
    message = next((id_ for _, id_ in parts.taken(conn, post.of, POST) if id_), "")
    if not isinstance(said, PostCustomer) or not said.text or not message:
        return post
    return msgspec.structs.replace(post, shown=said, message=message)
