"""Joins posts to the desk that wait: a burst of a customer's messages is one post, a card is drawn once for all.

What is joined to a post is written into its row when that is marked as being sent; the others end in the same
transaction, so that a crash loses nothing and repeats nothing.
"""

from datetime import timedelta
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from core.desk.posts import DeskPost, PostCard, PostCustomer, decode_desk_post
from storage.media import files
from storage.queues import due
from storage.queues.outbox import Posting

BREATH = timedelta(seconds=2)  # so soon after one message the next one is of the same burst
MOST, WORDS = 20, 9000  # messages, and characters, of one post


class Burst(NamedTuple):
    """Holds what a row says together with those that are `joined` to it (their ids)."""

    post: DeskPost
    joined: tuple[str, ...] = ()


def burst(conn: Connection, posting: Posting, post: DeskPost) -> Burst:
    """Joins what waits right behind a row that was not rendered yet, as far as it says the same or goes on with it."""
    if posting.rendered:
        return Burst(post)
    match post:
        case PostCustomer():
            return _words(conn, posting, post)
        case PostCard():  # what is read for the card afterwards is at least as new as what they were written for
            waiting = due.behind(conn, posting.key, posting.id, MOST, late=True)
            again = (each.id for each in waiting if isinstance(decode_desk_post(each.payload), PostCard))
            return Burst(post, tuple(again))
        case _:
            return Burst(post)


def _words(conn: Connection, posting: Posting, post: PostCustomer) -> Burst:
    """Joins to a customer's words those of the same breath; files end it, as they stand below the words."""
    joined: list[str] = []
    last = posting.created_at
    waiting = due.behind(conn, posting.key, posting.id, MOST) if _may_go_on(post) else []
    for each in waiting:
        following = decode_desk_post(each.payload)
        if not isinstance(following, PostCustomer) or not _may_follow(conn, post, following):
            break
        if each.created_at - last > BREATH or not _may_go_on(post):
            break
        post, last = _together(post, following), each.created_at
        joined.append(each.id)
    return Burst(post, tuple(joined))


def _may_go_on(post: PostCustomer) -> bool:
    return not post.change and not post.media and len(post.text) < WORDS


def _may_follow(conn: Connection, post: PostCustomer, following: PostCustomer) -> bool:
    """Tells whether it can stand below: plain words, or files that are there already."""
    if following.change or following.quoted:
        return False
    is_coming = any(file.is_coming for file in files.by_ids(conn, following.media).values())
    return not is_coming and len(post.text) + len(following.text) <= WORDS


def _together(post: PostCustomer, following: PostCustomer) -> PostCustomer:
    return msgspec.structs.replace(
        post,
        text="\n".join(filter(None, (post.text, following.text))),
        attachments=(*post.attachments, *following.attachments),
        media=following.media,
    )
