"""Keeps each thing asked of a hook: due -> asking -> done; one whose worker died is due again when its lease ends."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, literal_column, select, update

from core.ids import first_id
from storage.engine.store import Store
from storage.hooks.tables import hook_asks

DAY = timedelta(hours=24)
TRANSLATION, REPLY, TRANSCRIPT = "translation", "reply", "transcript"
DUE, ASKING, DONE = "due", "asking", "done"


class Ask(msgspec.Struct, frozen=True):
    """One thing asked, or to be asked."""

    id: str
    kind: str
    case_id: str
    post_id: str
    media_id: str
    pressed: str
    language: str
    spoken: str
    state: str
    not_before: datetime
    created_at: datetime
    calls: int = 0
    result: str = ""
    ms: int | None = None
    shown_id: str | None = None


_LOAD = select(*(hook_asks.c[name] for name in Ask.__struct_fields__))
# Written out, not bound: a partial index is used only when the statement itself says the state.
_IS_OPEN = hook_asks.c.state.in_([literal_column(f"'{state}'") for state in (DUE, ASKING)])


def new(id_: str, kind: str, case_id: str, post_id: str, now: datetime, **more: str) -> Ask:
    """Makes a row that is due at once. `more`: media_id, pressed, language, spoken."""
    ask = Ask(id_, kind, case_id, post_id, "", "", "", "", DUE, now, now)
    return msgspec.structs.replace(ask, **more)


def add(conn: Connection, store: Store, asks: Sequence[Ask]) -> None:
    """Keeps new rows; what was asked of the same words, or of the same file in that post, is left as it is."""
    if asks:
        conn.execute(store.insert(hook_asks), [msgspec.structs.asdict(each) for each in asks])


def due(conn: Connection, now: datetime, most: int) -> list[tuple[str, str]]:
    """Lists what is to be asked now, and what was being asked by a worker that died: (id, kind)."""
    found = select(hook_asks.c.id, hook_asks.c.kind).where(_IS_OPEN, hook_asks.c.not_before <= now)
    return [(row.id, row.kind) for row in conn.execute(found.order_by(hook_asks.c.not_before).limit(most))]


def next_due(conn: Connection) -> datetime | None:
    """Reads when the next one is due; None when nothing is open."""
    found: datetime | None = conn.scalar(select(func.min(hook_asks.c.not_before)).where(_IS_OPEN))
    return found


def take(conn: Connection, id_: str, now: datetime, until: datetime) -> Ask | None:
    """Takes one until then; None where another worker was quicker. Its call counts at once, also after a crash."""
    mine = (hook_asks.c.id == id_, _IS_OPEN, hook_asks.c.not_before <= now)
    values = {"state": ASKING, "not_before": until, "calls": hook_asks.c.calls + 1}
    if conn.execute(update(hook_asks).where(*mine).values(values)).rowcount != 1:
        return None
    row = conn.execute(_LOAD.where(hook_asks.c.id == id_)).first()
    return Ask(*row) if row else None


def settle(conn: Connection, ours: Ask, **values: object) -> bool:
    """Writes what came of one, and forgets the words; false when it is not ours (any more), or was erased."""
    mine = (hook_asks.c.id == ours.id, hook_asks.c.state == ASKING, hook_asks.c.not_before == ours.not_before)
    done = {"state": DONE, "pressed": "", **values}
    return conn.execute(update(hook_asks).where(*mine).values(done)).rowcount == 1


def calls(conn: Connection, kinds: Collection[str], now: datetime) -> int:
    """Counts the calls of the last 24 hours."""
    since = now - DAY
    lately = (hook_asks.c.id >= first_id(since), hook_asks.c.created_at >= since)  # by the key, then exactly
    return int(conn.scalar(select(func.sum(hook_asks.c.calls)).where(*lately, hook_asks.c.kind.in_(list(kinds)))) or 0)


def about(conn: Connection, post_ids: Collection[str]) -> list[Ask]:
    """Reads what was asked about these posts, the oldest first."""
    found = _LOAD.where(hook_asks.c.post_id.in_(list(post_ids))).order_by(hook_asks.c.id) if post_ids else None
    return [Ask(*row) for row in conn.execute(found)] if found is not None else []


def spoken_in(conn: Connection, case_id: str) -> str:
    """Returns the language of the words that were translated last in a case; empty where none were."""
    newest = select(hook_asks.c.spoken).where(hook_asks.c.case_id == case_id, hook_asks.c.spoken != "")
    newest = newest.where(hook_asks.c.kind == TRANSLATION).order_by(hook_asks.c.id.desc()).limit(1)
    return conn.scalar(newest) or ""


def forget_posts(conn: Connection, post_ids: Collection[str]) -> None:
    """Removes what was asked about these posts: nothing that comes of it is shown any more."""
    _delete(conn, hook_asks.c.post_id.in_(list(post_ids)))


def forget_cases(conn: Connection, case_ids: Any) -> None:
    """Removes what was asked in these cases: ids, or the question for them."""
    _delete(conn, hook_asks.c.case_id.in_(case_ids))


def forget(conn: Connection, before: datetime) -> None:
    """Removes what was asked before then."""
    _delete(conn, hook_asks.c.id < first_id(before))


def _delete(conn: Connection, which: ColumnElement[bool]) -> None:
    conn.execute(delete(hook_asks).where(which))
