"""Writes measures, in place of what was measured before of the same, and takes out whom they lead to."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, String, and_, bindparam, column, delete, select, values

from storage.engine.schema import looked_at
from storage.engine.store import Store
from storage.insight import tallies
from storage.insight.tables import measures

T = TypeVar("T")
_KEY = ("metric", "subject")
_REST = tuple(each.name for each in measures.c if each.name not in _KEY)
_AT_ONCE = 500  # names in one statement
_GONE = delete(measures).where(measures.c.metric == bindparam("of"), measures.c.subject == bindparam("whose"))

Row = Mapping[str, Any]
Rows = dict[tuple[str, str], Row]


def replace(
    conn: Connection, store: Store, metrics: Collection[str], about: Collection[str], rows: Sequence[Row]
) -> None:
    """Writes what these metrics measure about these customers, cases or other rows, in place of what was; what is as
    it was is not written."""
    wanted: Rows = {_name(row): row for row in rows}
    known = _measured_of(conn, metrics, about)
    own = set(known)
    known |= _named(conn, wanted.keys() - own)  # of a customer who was merged
    new = [row for name, row in wanted.items() if not _is(known.get(name), row)]
    gone = [known[name] for name in own - wanted.keys()]
    if gone:
        conn.execute(_GONE, [{"of": row["metric"], "whose": row["subject"]} for row in gone])
    if new:
        conn.execute(store.upsert(measures, _KEY, _REST), new)
    tallies.change(conn, store, [*gone, *(known[name] for row in new if (name := _name(row)) in known)], new)


def _name(row: Row) -> tuple[str, str]:
    return row["metric"], row["subject"]


def _is(known: Row | None, row: Row) -> bool:
    return known is not None and all(known[name] == value for name, value in row.items())


def _measured_of(conn: Connection, metrics: Collection[str], about: Collection[str]) -> Rows:
    """Reads what these metrics measured about these."""
    own = looked_at(measures.c.metric).in_(list(metrics))
    return _found(conn, (select(measures).where(measures.c.about.in_(some), own) for some in _some(sorted(about))))


def _named(conn: Connection, names: Collection[tuple[str, str]]) -> Rows:
    """Reads measures by their names. They are joined: PostgreSQL takes a metric that came up since it last counted for
    one of few rows, and would walk through all of it."""
    return _found(conn, map(_by_name, _some(sorted(names))))


def _by_name(names: Sequence[tuple[str, str]]) -> Select[Any]:
    asked = values(column("metric", String), column("subject", String), name="asked").data(names).cte("asked")
    is_meant = measures.c.metric == asked.c.metric, measures.c.subject == asked.c.subject
    return select(measures).join(asked, and_(*is_meant))


def _found(conn: Connection, asked: Iterable[Select[Any]]) -> Rows:
    return {_name(row): row for each in asked for row in (one._asdict() for one in conn.execute(each))}


def _some(all_: Sequence[T]) -> Iterator[Sequence[T]]:
    yield from (all_[start : start + _AT_ONCE] for start in range(0, len(all_), _AT_ONCE))


def forget(conn: Connection, customer_ids: Collection[str], conversation_ids: Collection[str]) -> None:
    """Leaves numbers of these customers and conversations without a way back to them."""
    for whose, ids in ((measures.c.about, customer_ids), (measures.c.conversation_id, conversation_ids)):
        conn.execute(measures.update().where(whose.in_(list(ids))).values(about="", conversation_id=""))
