"""Writes down what was changed of the store's files, once for all processes, as soon as a worker uses them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bots.wiring.store.folder import FILES, FOLDERS, SHIPPED
from bots.wiring.store.watch import YAML, version
from core.files.documents import read
from core.ids import new_id
from flows.files import MORE_TESTS, TESTS
from hub.hub import Hub
from hub.timers.kind import Kind, installation
from insights.improvements.changes import Change, changed, line_of
from insights.improvements.kinds import kind_of, topic_of
from insights.improvements.topics import topic_of_text
from storage.insight import improvements

TIMER = "improvements"
EVERY = timedelta(seconds=10)
LEFT_OUT = ("agents.yaml",)  # who may do what stands in the audit log


def kind(store: Path) -> Kind:
    """Makes the timer for this folder of a store."""
    return Kind(partial(_handle, store), installation)


def _handle(store: Path, hub: Hub, _subject: str, now: datetime) -> datetime:
    """Compares what is in use with what was when that was done last; the first time there is nothing to compare."""
    used = hub.shelf.now.version
    with hub.store.read() as conn:
        was = improvements.known_version(conn)
        known = improvements.known(conn) if was != used else {}
    if was == used:
        return now + EVERY
    files = _read(store)
    if version(store, SHIPPED) != used:  # not taken, or not yet
        return now + EVERY
    changes = changed(known, files) if was is not None else []
    with hub.store.write() as conn:
        if improvements.take(conn, hub.store, was, used, files):
            improvements.add(conn, [_row(hub, each, files, used, now) for each in changes])
    return now + EVERY


def _read(store: Path) -> dict[str, Any]:
    """Reads the files that the store decides and says something in, each by its path in the folder."""
    paths = sorted(path for path in store.rglob("*") if path.suffix in YAML and _counts(path.relative_to(store).parts))
    return {path.relative_to(store).as_posix(): read(path) for path in paths}


def _counts(parts: Sequence[str]) -> bool:
    first, name = parts[0], parts[-1]
    is_read = first in (FOLDERS if len(parts) > 1 else FILES) and first not in LEFT_OUT
    return is_read and name != TESTS and MORE_TESTS not in parts


def _row(hub: Hub, change: Change, files: Mapping[str, Any], used: str, now: datetime) -> dict[str, Any]:
    of = kind_of(change.file)
    topic = topic_of(change.file) or (topic_of_text(hub.flows, change.keys[0]) if change.keys else "")
    return {
        "id": new_id(now),
        "at": now,
        "version": used,
        "kind": of.kind,
        "file": change.file,
        "line": line_of(files[change.file], change.keys) if change.file in files else 0,
        "key": change.key,
        "what": change.what,
        "before": change.before,
        "after": change.after,
        "topic": topic,
    }
