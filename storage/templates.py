"""Our templates as the providers have them: synced by asking, corrected by their news."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from core.ports import TemplateState
from storage.engine import Store
from storage.tables import templates

APPROVED, PAUSED = "approved", "paused"
_STATE = select(templates.c.name, templates.c.language, templates.c.category, templates.c.status)


def sync(
    conn: Connection, store: Store, channel: str, account: str, listed: Sequence[TemplateState], now: datetime
) -> list[tuple[TemplateState, TemplateState]]:
    """Replaces what is known of an account by the provider's list; returns (before, after) of those that changed."""
    mine = (templates.c.channel == channel, templates.c.account == account)
    before = {(row.name, row.language): TemplateState(*row) for row in conn.execute(_STATE.where(*mine))}
    conn.execute(delete(templates).where(*mine))
    if listed:
        conn.execute(store.insert(templates), [_row(channel, account, each, now) for each in listed])
    found = [(before[key], each) for each in listed if (key := (each.name, each.language)) in before]
    return [(was, is_) for was, is_ in found if was != is_]


def tell(
    conn: Connection, store: Store, channel: str, account: str, name: str, language: str, now: datetime, **news: str
) -> None:
    """News of one template: its `status` or `category`. Known of no account yet, it is kept for the given one."""
    named = (templates.c.channel == channel, templates.c.name == name, templates.c.language == language)
    if conn.execute(update(templates).where(*named).values(**news, told_at=now)).rowcount:
        return
    state = TemplateState(name, language, news.get("category", ""), news.get("status", APPROVED))
    conn.execute(store.insert(templates), _row(channel, account, state, now))


def pause(conn: Connection, store: Store, channel: str, account: str, name: str, language: str, now: datetime) -> None:
    """The provider refused a message because of its template."""
    tell(conn, store, channel, account, name, language, now, status=PAUSED)


def of_channel(conn: Connection, channel: str) -> dict[str, list[TemplateState]]:
    """account -> templates. News of a business account that is none of our senders' stands under its own id."""
    found: dict[str, list[TemplateState]] = {}
    for account, *state in conn.execute(
        select(templates.c.account, *_STATE.selected_columns).where(templates.c.channel == channel)
    ):
        found.setdefault(account, []).append(TemplateState(*state))
    return found


def _row(channel: str, account: str, state: TemplateState, now: datetime) -> dict[str, object]:
    return {
        "channel": channel,
        "account": account,
        "name": state.name,
        "language": state.language,
        "category": state.category,
        "status": state.status,
        "told_at": now,
    }
