"""Makes a backup of an installation, and an installation of a backup."""

from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from bots.wiring.clients.media import FOLDER, build_blobs
from config.secret_key import keep, secret_key
from config.settings import Settings
from core.errors import ConfigurationError, SendError
from core.ports.files import Blobs
from storage.backup import archive, hold, rows
from storage.backup.archive import Archive, Head, Writer
from storage.engine import migrate
from storage.engine.store import Store
from storage.media.tables import media

Progress = Callable[[int], None]
Summary = dict[str, Any]


def size(store: Store) -> tuple[int, int]:
    """Counts rows and files: the steps of a backup."""
    with store.read() as conn:
        return rows.count(conn), len(_blobs_of(conn))


def make(settings: Settings, store: Store, path: Path, now: datetime, progress: Progress, expected: int = 0) -> Summary:
    """Writes everything of one moment into `path`, while the installation works on; `expected`: about so many rows.

    Raises ConfigurationError.
    """
    head = Head(archive.FORM, version("doorstep"), migrate.HEAD, now.isoformat(), rows.tables(), expected)
    blobs, gone = build_blobs(settings), 0
    try:
        with Writer(path, head) as writer:
            with store.snapshot() as conn:
                kept = {name: writer.add_rows(name, _told(rows.dump(conn, name), progress)) for name in head.tables}
                names = _blobs_of(conn)
            for name in names:
                gone += not _add_file(writer, blobs, name)
                progress(1)
            for name, file in _store_files(settings.store_dir):
                writer.add(archive.STORE + name, file.read_bytes())
            writer.add(archive.KEY, secret_key(settings).encode())
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written ({error.strerror or type(error).__name__})") from error
    files = len(names) - gone
    return {"file": str(path), "bytes": path.stat().st_size, "rows": kept, "files": files, "files_gone": gone}


def restore(settings: Settings, store: Store, found: Archive, now: datetime, progress: Progress) -> Summary:
    """Makes this empty installation the one of the backup, with what was on its way held.

    Raises ConfigurationError, and changes nothing, when it is not empty or the backup is of a later version.
    """
    if found.head.schema > migrate.HEAD:
        raise ConfigurationError(f"the backup was made by a later version of Doorstep ({found.head.product})")
    blobs = build_blobs(settings)
    _refuse_occupied(settings, store, now)
    _prepare(store, found.head.schema)
    written: list[str] = []
    try:
        with store.write() as conn:
            _load(conn, found, progress)
            hold.hold(conn)
            for name, content in found.members(archive.MEDIA):
                written.append(name)
                blobs.put(name, content, "application/octet-stream")
                progress(1)
            waiting = [each.what for each in hold.listed(conn)]
    except (SQLAlchemyError, SendError, OSError) as error:
        for name in written:
            blobs.delete(name)
        reason = f"{error.code} {error.detail}" if isinstance(error, SendError) else type(error).__name__
        raise ConfigurationError(f"nothing was restored ({reason})") from error
    migrate.upgrade(store)
    return {
        "made_at": found.head.made_at,
        "files": len(written),
        "held": {what: waiting.count(what) for what in dict.fromkeys(waiting)},
        "store": str(_restore_store(settings, found)),
        "key_kept": keep(settings, found.secret_key),
    }


def steps(found: Archive) -> int:
    """Counts the steps of a restore: rows and files."""
    return found.head.rows + len(found.names(archive.MEDIA))


def _told(dumped: Iterator[list[Any]], progress: Progress) -> Iterator[list[Any]]:
    for row in dumped:
        progress(1)
        yield row


def _blobs_of(conn: Connection) -> list[str]:
    kept = select(media.c.blob).where(media.c.state == "kept", media.c.blob.is_not(None))
    return list(dict.fromkeys(conn.scalars(kept.order_by(media.c.id))))


def _add_file(writer: Writer, blobs: Blobs, name: str) -> bool:
    """Adds a file; false when it has come to its end since the rows were read."""
    try:
        writer.add(archive.MEDIA + name, blobs.get(name))
    except SendError as error:
        if error.code == "media_gone":
            return False
        raise ConfigurationError(f"a file cannot be read ({error.code}) {error.detail}".strip()) from error
    return True


def _store_files(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        if file.is_file() and not any(part.startswith((".", "__")) for part in inside.parts):
            yield inside.as_posix(), file


def _refuse_occupied(settings: Settings, store: Store, now: datetime) -> None:
    where = str(store.path) if store.is_sqlite else "the database of DATABASE_URL"
    reason = rows.occupied(store, now) if not store.is_sqlite or store.path.exists() else ""
    if reason:
        raise ConfigurationError(f"{where}: {reason}; restore into an empty VAR_DIR or database")
    folder = settings.var_dir / FOLDER
    if not settings.media_s3_bucket and folder.is_dir() and any(file.is_file() for file in folder.rglob("*")):
        raise ConfigurationError(f"{folder}: holds files already; restore into an empty VAR_DIR")


def _prepare(store: Store, schema: str) -> None:
    """Makes the tables as they were when the backup was made."""
    try:
        if store.is_sqlite:
            store.path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{store.path.parent}: cannot be written ({type(error).__name__})") from error
    if migrate.version(store) not in (None, schema):
        rows.clear(store)
    migrate.upgrade(store, schema)


def _load(conn: Connection, found: Archive, progress: Progress) -> None:
    for name in rows.PASSING & found.head.tables.keys():
        conn.exec_driver_sql(f"DELETE FROM {name}")  # noqa: S608 - a name of ours
    for name, columns in found.head.tables.items():
        for number in rows.load(conn, name, columns, found.rows(name)):
            progress(number)


def _restore_store(settings: Settings, found: Archive) -> Path:
    """Puts the store's files where they were, if nothing else is there; else beside the data. Returns where."""
    there = {name: file.read_bytes() for name, file in _store_files(settings.store_dir)}
    backed = dict(found.members(archive.STORE))
    if there == backed:
        return settings.store_dir
    folder = settings.var_dir / "store" if there else settings.store_dir
    for name, content in backed.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
