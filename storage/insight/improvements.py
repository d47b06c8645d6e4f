"""Keeps what was changed of the store's files, and the files as they were when that was last looked for."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, String, delete, select, update

from storage.engine.store import Store
from storage.insight.tables import improvements, known_files

FOLDER = ""  # the path of the folder itself
_LONGEST = {each.name: each.type.length for each in improvements.c if isinstance(each.type, String)}


def known_version(conn: Connection) -> str | None:
    """Returns the version of the folder as it was known last; None where nothing was known yet."""
    return conn.scalar(select(known_files.c.content).where(known_files.c.path == FOLDER))


def known(conn: Connection) -> dict[str, Any]:
    """Reads what the files said, by path."""
    found = conn.execute(select(known_files.c.path, known_files.c.content).where(known_files.c.path != FOLDER))
    return {path: msgspec.json.decode(content) for path, content in found}


def take(conn: Connection, store: Store, was: str | None, version: str, files: Mapping[str, Any]) -> bool:
    """Makes these files the known ones, if nobody did so since the version that `was`: who may then `add`."""
    if was is None:
        taken = conn.execute(store.insert(known_files), {"path": FOLDER, "content": version}).rowcount
    else:
        folder = known_files.c.path == FOLDER, known_files.c.content == was
        taken = conn.execute(update(known_files).where(*folder).values(content=version)).rowcount
    if taken != 1:
        return False
    conn.execute(delete(known_files).where(known_files.c.path != FOLDER))
    rows = [{"path": path, "content": msgspec.json.encode(content).decode()} for path, content in files.items()]
    if rows:
        conn.execute(known_files.insert(), rows)
    return True


def add(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes down changes."""
    cut = [{name: _fitting(name, value) for name, value in row.items()} for row in rows]
    if cut:
        conn.execute(improvements.insert(), cut)


def between(
    conn: Connection, since: datetime, until: datetime, limit: int, kinds: Collection[str] = ()
) -> list[Row[Any]]:
    """Lists what was changed in a time, the newest first. `kinds`: only these."""
    wanted = [improvements.c.at >= since, improvements.c.at < until]
    wanted += [improvements.c.kind.in_(list(kinds))] if kinds else []
    asked = select(improvements).where(*wanted).order_by(improvements.c.id.desc()).limit(limit)
    return list(conn.execute(asked))


def _fitting(name: str, value: Any) -> Any:
    return value[: _LONGEST[name]] if name in _LONGEST else value
