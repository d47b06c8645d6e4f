"""Keeps files of customers and agents as rows: to be fetched, under way, kept until a day, or refused with a reason.

pending -> fetching -> kept -> gone
               |-----> pending  (again, not before a time)
               `-----> refused

`not_before` of a row under way is the end of its lease, and with it the proof of whose lease it is.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, bindparam, case, func, literal, literal_column, or_, select, update

from storage.engine.schema import Moment
from storage.engine.store import Store
from storage.media.tables import media
from storage.people.tables import messages

PENDING, FETCHING, KEPT, REFUSED, GONE = "pending", "fetching", "kept", "refused", "gone"
ERASED = "erased"


class File(msgspec.Struct, frozen=True):
    """One file. `code` says why it was refused, or why it is only kept until it is removed; `cards` is JSON of the
    contact cards in it."""

    id: str
    message_id: str | None
    source: str
    account: str
    ref: str
    kind: str
    mime: str
    filename: str
    size: int
    state: str
    code: str | None
    attempts: int
    not_before: datetime
    created_at: datetime
    expires_at: datetime | None
    cards: str | None = None

    @property
    def is_coming(self) -> bool:
        """Tells whether it may still be fetched."""
        return self.state in (PENDING, FETCHING)

    def is_there(self, now: datetime) -> bool:
        """Tells whether it may be shown."""
        return self.state == KEPT and not self.code and (self.expires_at is None or self.expires_at > now)


def row(id_: str, source: str, account: str, ref: str, kind: str, now: datetime, **more: Any) -> dict[str, Any]:
    """Makes the row of a file to be fetched. `more`: mime, filename, size, customer_id, conversation_id, message_id."""
    return {
        "id": id_,
        "customer_id": more.get("customer_id"),
        "conversation_id": more.get("conversation_id"),
        "message_id": more.get("message_id"),
        "source": source,
        "account": account,
        "ref": ref,
        "kind": kind[:16],
        "mime": str(more.get("mime", ""))[:255],
        "filename": str(more.get("filename", ""))[:255],
        "size": int(more.get("size", 0)),
        "not_before": now,
        "created_at": now,
    }


def blob_name(id_: str) -> str:
    """Names the place of the content in the media store: the end of an id is chance, so the folders fill evenly.

    The same after a crash, so that a repeated fetch replaces what the first one left.
    """
    return f"{id_[-2:]}/{id_[-4:-2]}/{id_}"


_FILE = select(
    media.c.id,
    media.c.message_id,
    media.c.source,
    media.c.account,
    media.c.ref,
    media.c.kind,
    media.c.mime,
    media.c.filename,
    media.c.size,
    media.c.state,
    media.c.code,
    media.c.attempts,
    media.c.not_before,
    media.c.created_at,
    media.c.expires_at,
    media.c.cards,
)
# Written out, not bound: a partial index is used only when the statement itself says the state.
_IS_OPEN = media.c.state.in_([literal_column(f"'{state}'") for state in (PENDING, FETCHING)])
_IS_KEPT = media.c.state == literal_column(f"'{KEPT}'")


def by_ids(conn: Connection, ids: Collection[str]) -> dict[str, File]:
    """Reads files by id."""
    return {r.id: _file(r) for r in conn.execute(_FILE.where(media.c.id.in_(list(ids))))} if ids else {}


def of_message(conn: Connection, customer_id: str, message_id: str) -> list[File]:
    """Reads the files of one message from or to a customer, in order."""
    found = _FILE.where(media.c.customer_id == customer_id, media.c.message_id == message_id)
    return [_file(r) for r in conn.execute(found.order_by(media.c.id))]


def last(conn: Connection, customer_id: str, conversation_id: str, limit: int, besides: str = "") -> list[File]:
    """Reads the newest files in a conversation of a customer, oldest first, without those of the source `besides`."""
    found = _FILE.where(media.c.customer_id == customer_id, media.c.conversation_id == conversation_id)
    found = found.where(media.c.source != besides)
    return [_file(r) for r in reversed(conn.execute(found.order_by(media.c.id.desc()).limit(limit)).all())]


def due(conn: Connection, now: datetime, limit: int) -> list[str]:
    """Lists files to be fetched now, and those whose fetcher died."""
    found = select(media.c.id).where(_IS_OPEN, media.c.not_before <= now).order_by(media.c.not_before).limit(limit)
    return list(conn.scalars(found))


def next_due(conn: Connection, now: datetime) -> datetime | None:
    """Tells when the next file comes due."""
    found: datetime | None = conn.scalar(select(func.min(media.c.not_before)).where(_IS_OPEN, media.c.not_before > now))
    return found


def take(conn: Connection, ids: Collection[str], now: datetime, until: datetime) -> list[File]:
    """Takes files until `until`; returns those that are ours now.

    The attempt counts at once: a file that kills its fetcher must not do it for ever.
    """
    if not ids:
        return []
    conn.execute(
        update(media)
        .where(media.c.id.in_(list(ids)), _IS_OPEN, media.c.not_before <= now)
        .values(state=FETCHING, not_before=until, attempts=media.c.attempts + 1)
    )
    ours = _FILE.where(media.c.id.in_(list(ids)), media.c.state == FETCHING, media.c.not_before == until)
    return [_file(r) for r in conn.execute(ours.order_by(media.c.id))]


def settle(conn: Connection, file: File, **values: Any) -> bool:
    """Writes what came of a file that `take` gave us; false when it is no longer ours (too late, or erased)."""
    ours = (media.c.id == file.id, media.c.state == FETCHING, media.c.not_before == file.not_before)
    return conn.execute(update(media).where(*ours).values(**values)).rowcount == 1


def add(conn: Connection, store: Store, rows: Sequence[dict[str, Any]]) -> None:
    """Adds files that are to be fetched."""
    if rows:
        conn.execute(store.insert(media), rows)


def adopt(conn: Connection, ids: Collection[str], message_id: str) -> None:
    """Gives files to this message."""
    if ids:
        conn.execute(update(media).where(media.c.id.in_(list(ids))).values(message_id=message_id))


def expired(conn: Connection, now: datetime, limit: int) -> list[str]:
    """Lists files whose day has come."""
    found = select(media.c.id).where(_IS_KEPT, media.c.expires_at <= now, media.c.not_before <= now)
    return list(conn.scalars(found.order_by(media.c.expires_at).limit(limit)))


def end(conn: Connection, ids: Sequence[str]) -> None:
    """Marks files whose contents were removed."""
    conn.execute(update(media).where(media.c.id.in_(list(ids))).values(state=GONE, blob=None, sha256=None))


def put_off(conn: Connection, ids: Sequence[str], until: datetime) -> None:
    """Puts the removal of contents off until then: the media store is away."""
    conn.execute(update(media).where(media.c.id.in_(list(ids)), _IS_KEPT).values(not_before=until))


def _forget(condition: Any, now: Any) -> Any:
    """Makes files due for removal now, or when a fetcher that has one has surely put it down.

    Whatever its state: a fetcher that was stopped may have put a content into the store.
    """
    day = case((media.c.state == FETCHING, media.c.not_before), else_=now)
    return (
        update(media)
        .where(condition, media.c.state != GONE)
        .values(
            state=KEPT,
            expires_at=day,
            not_before=day,
            code=ERASED,
            ref="",
            filename="",
            sha256=None,
            cards=None,
        )
    )


_MESSAGE = select(messages.c.id).where(
    messages.c.conversation_id == bindparam("place"), messages.c.external_id == bindparam("name")
)
# For a batch: the files of a message that the customer took back ({customer, place, name, at_}).
FORGET_MESSAGE = _forget(
    and_(media.c.customer_id == bindparam("customer"), media.c.message_id.in_(_MESSAGE)),
    bindparam("at_", type_=Moment),
)


def forget(conn: Connection, customer_id: str, conversation_ids: Collection[str], now: datetime) -> int:
    """Makes everything of a customer due for removal; returns how many files."""
    theirs = or_(media.c.customer_id == customer_id, media.c.conversation_id.in_(list(conversation_ids)))
    done: int = conn.execute(_forget(theirs, literal(now, Moment))).rowcount
    return done


def _file(row_: Any) -> File:
    return File(*row_)
