"""Writes measures, in place of what was measured before of the same, and takes out whom they lead to."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, select

from storage.engine.store import Store
from storage.insight import tallies
from storage.insight.tables import measures

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
    known = _known(conn, metrics, measures.c.about, about)
    own = set(known)
    others = {subject for metric, subject in wanted.keys() - own}
    known |= _known(conn, metrics, measures.c.subject, others)  # of a customer who was merged
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


def _known(conn: Connection, metrics: Collection[str], column: ColumnElement[str], names: Collection[str]) -> Rows:
    return {_name(row): row for some in _some(sorted(names)) for row in _read(conn, metrics, column, some)}


def _some(names: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE))


def _read(
    conn: Connection, metrics: Collection[str], column: ColumnElement[str], names: Sequence[str]
) -> Iterator[Row]:
    own = column.in_(names), measures.c.metric.in_(list(metrics))
    yield from (row._asdict() for row in conn.execute(select(measures).where(*own)))


def forget(conn: Connection, customer_ids: Collection[str], conversation_ids: Collection[str]) -> None:
    """Leaves numbers of these customers and conversations without a way back to them."""
    for column, ids in ((measures.c.about, customer_ids), (measures.c.conversation_id, conversation_ids)):
        conn.execute(measures.update().where(column.in_(list(ids))).values(about="", conversation_id=""))
