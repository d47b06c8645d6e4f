"""Keeps agents' messages in the threads of cases, and what became of each."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, func, select, update

from core.content.styles import Formatted, Styled
from storage.desk.tables import desk_messages
from storage.engine.store import Store
from storage.queues import outbox as outbox_rows
from storage.queues.tables import outbox

SENT, NOTE, HELD = "sent", "note", "held"
LATER = "later"  # goes to the customer at its time (storage.desk.later)
UNSENT = "unsent"  # meant for the customer, and it could not go out


class DeskMessage(msgspec.Struct, frozen=True):
    """An agent's message. `message` is its id at the desk, `outbox_id` what went to the customer."""

    id: str
    place: str
    message: str
    case_id: str
    user: str
    text: str
    state: str
    outbox_id: str | None
    at: datetime
    mark: str = ""
    shown: str = ""
    styles: str = "[]"
    ready: str = ""  # the ready text that it was made of (core.desk.ready_texts.named)
    leaves_at: datetime | None = None  # when it goes, or went, to the customer
    put_off_at: datetime | None = None  # when an agent said so of one that goes later

    @property
    def is_shown(self) -> bool:
        """Tells whether it stands at the desk: one written in a form has our own id until it does."""
        return self.message != self.id

    @property
    def said(self) -> Formatted:
        """Returns its words, and how they look."""
        return Formatted(self.text, _STYLES.decode(self.styles))


_STYLES: msgspec.json.Decoder[tuple[Styled, ...]] = msgspec.json.Decoder(tuple[Styled, ...])


def encode_styles(said: Formatted) -> str:
    """Writes how words look, as `DeskMessage` keeps it."""
    return msgspec.json.encode(said.styles).decode()


_LOAD = select(desk_messages)
_BY_ID = _LOAD.where(desk_messages.c.id == bindparam("id_"))
_BY_MESSAGE = _LOAD.where(
    desk_messages.c.place == bindparam("place_"), desk_messages.c.message == bindparam("message_")
)


def by_id(conn: Connection, id_: str) -> DeskMessage | None:
    """Returns the message with our id."""
    row = conn.execute(_BY_ID, {"id_": id_}).first()
    return DeskMessage(*row) if row else None


def find(conn: Connection, place: str, message: str) -> DeskMessage | None:
    """Returns the message with the desk's id."""
    row = conn.execute(_BY_MESSAGE, {"place_": place, "message_": message}).first()
    return DeskMessage(*row) if row else None


def by_outbox(conn: Connection, outbox_id: str) -> DeskMessage | None:
    """Returns the agent's message that this message to the customer comes from."""
    row = conn.execute(_LOAD.where(desk_messages.c.outbox_id == outbox_id)).first()
    return DeskMessage(*row) if row else None


def of_others(conn: Connection, case_id: str, user: str, since: datetime) -> DeskMessage | None:
    """Returns the newest words of somebody else in a case that went out since then, or are about to; None where this
    user has written after them."""
    newest = _LOAD.where(desk_messages.c.case_id == case_id, desk_messages.c.at >= since)
    newest = newest.where(desk_messages.c.state.in_((SENT, HELD))).order_by(desk_messages.c.id.desc()).limit(1)
    row = conn.execute(newest).first()
    return DeskMessage(*row) if row and row.user != user else None


def last_out(conn: Connection, case_id: str) -> datetime | None:
    """Returns when the newest reply in a case left that did not fail; None where there is none."""
    failed = outbox.c.state.in_((outbox_rows.FAILED, outbox_rows.CANCELLED))
    left = select(func.max(desk_messages.c.leaves_at, type_=desk_messages.c.leaves_at.type))
    left = left.join(outbox, outbox.c.id == desk_messages.c.outbox_id)
    mine = (desk_messages.c.case_id == case_id, desk_messages.c.state == SENT, ~failed)
    found: datetime | None = conn.scalar(left.where(*mine))
    return found


def mark(conn: Connection, id_: str, name: str) -> None:
    """Notes which mark the message is to carry."""
    conn.execute(update(desk_messages).where(desk_messages.c.id == id_).values(mark=name))


def shown(conn: Connection, place: str, message: str, name: str) -> None:
    """Notes which mark the desk shows."""
    mine = (desk_messages.c.place == place, desk_messages.c.message == message)
    conn.execute(update(desk_messages).where(*mine).values(shown=name))


def placed(conn: Connection, id_: str, message: str) -> DeskMessage | None:
    """Notes which of the desk's messages shows it."""
    conn.execute(update(desk_messages).where(desk_messages.c.id == id_).values(message=message))
    return by_id(conn, id_)


def keep(conn: Connection, store: Store, message: DeskMessage) -> None:
    """Keeps a message; one that is kept already stays as it is."""
    conn.execute(store.insert(desk_messages), msgspec.structs.asdict(message))


def become(conn: Connection, id_: str, was: tuple[str, ...], state: str) -> bool:
    """Changes what became of a message that still is in one of the states `was`; false when somebody was quicker.

    What was tried last stays known, as its files do.
    """
    mine = update(desk_messages).where(desk_messages.c.id == id_, desk_messages.c.state.in_(was))
    return conn.execute(mine.values(state=state)).rowcount == 1


def go(conn: Connection, id_: str, was: tuple[str, ...], outbox_id: str, now: datetime) -> bool:
    """Notes by which message to the customer an agent's message goes out now; false when somebody was quicker."""
    mine = update(desk_messages).where(desk_messages.c.id == id_, desk_messages.c.state.in_(was))
    return conn.execute(mine.values(state=SENT, outbox_id=outbox_id, leaves_at=now)).rowcount == 1


def move(conn: Connection, id_: str, case_id: str) -> None:
    """Lets a message belong to another case: its own was merged into that."""
    conn.execute(update(desk_messages).where(desk_messages.c.id == id_).values(case_id=case_id))


def rewrite(conn: Connection, id_: str, said: Formatted) -> None:
    """Changes the words of a message."""
    words = {"text": said.text, "styles": encode_styles(said)}
    conn.execute(update(desk_messages).where(desk_messages.c.id == id_).values(**words))
