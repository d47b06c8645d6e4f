"""Keeps our templates as the providers have them: synced by asking, corrected by their news."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, bindparam, delete, select, update

from core.ports.templates import TemplateState
from storage.accounts.tables import templates
from storage.engine.store import Store

APPROVED, PAUSED, DELETED = "approved", "paused", "deleted"
SAME_NEWS = timedelta(hours=1)
_STATE = select(templates.c.name, templates.c.language, templates.c.category, templates.c.status)


def sync(
    conn: Connection, store: Store, channel: str, account: str, listed: Sequence[TemplateState], now: datetime
) -> list[tuple[TemplateState, TemplateState]]:
    """Takes over the provider's list for an account; returns (before, after) of those that changed.

    One that is no longer listed was deleted there, which is not the same as never having been heard of.
    """
    mine = (templates.c.channel == channel, templates.c.account == account)
    before = {(row.name, row.language): TemplateState(*row) for row in conn.execute(_STATE.where(*mine))}
    after = {(each.name, each.language): msgspec.structs.replace(each, shape=None) for each in listed}
    gone = {key: msgspec.structs.replace(was, status=DELETED) for key, was in before.items() if key not in after}
    conn.execute(delete(templates).where(*mine))
    rows = [_row(channel, account, each, now) for each in (*after.values(), *gone.values())]
    if rows:
        conn.execute(store.insert(templates), rows)
    known = [(was, {**after, **gone}[key]) for key, was in before.items() if was.category]
    return [(was, is_) for was, is_ in known if was != is_]


def tell(
    conn: Connection, store: Store, channel: str, account: str, name: str, language: str, now: datetime, **news: str
) -> bool:
    """Takes over news of one template: its `status` or `category`. Returns whether nobody had heard of it.

    Numbers of one business hear the same news, each for itself.
    """
    named = (templates.c.channel == channel, templates.c.name == name, templates.c.language == language)
    same = [getattr(templates.c, column) == value for column, value in news.items()]
    heard = conn.scalar(select(templates.c.name).where(*named, *same, templates.c.told_at >= now - SAME_NEWS).limit(1))
    own = update(templates).where(*named, templates.c.account == account)
    if not conn.execute(own.values(**news, told_at=now)).rowcount:
        state = TemplateState(name, language, news.get("category", ""), news.get("status", APPROVED))
        conn.execute(store.insert(templates), _row(channel, account, state, now))
    return heard is None


def pause(conn: Connection, store: Store, channel: str, account: str, name: str, language: str, now: datetime) -> None:
    """Marks a template as paused: the provider refused a message because of it."""
    tell(conn, store, channel, account, name, language, now, status=PAUSED)


def of_channels(conn: Connection, channels: Collection[str]) -> dict[tuple[str, str], list[TemplateState]]:
    """Lists the templates of these channels: (channel, account) -> templates."""
    found: dict[tuple[str, str], list[TemplateState]] = {}
    if channels:
        for channel, account, *state in conn.execute(_OF_CHANNELS, {"channels": list(channels)}):
            found.setdefault((channel, account), []).append(TemplateState(*state))
    return found


_OF_CHANNELS = select(templates.c.channel, templates.c.account, *_STATE.selected_columns).where(
    templates.c.channel.in_(bindparam("channels", expanding=True))
)


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
