"""Keeps the store's folder as it was read for whoever is forked off later: nothing else at its start takes as long.

Whatever has changed since is read anew: a process has what it would have read itself. The flows are loaded with the
folder: a command that reads none does without them.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bots.wiring.store.watch import version
from bots.wiring.understanding import Understanding
from config.settings import Settings
from hub.store_folder import StoreFolder


@dataclass(frozen=True)
class ReadFolder:
    """Holds what was read, and what has the encoder that its flows will ask for."""

    folder: StoreFolder
    understanding: Understanding


_kept: dict[tuple[Any, ...], ReadFolder] = {}  # of one state: the last that was kept


def read_folder(settings: Settings) -> ReadFolder:
    """Takes the kept folder if it still is what lies there, else reads it. Raises ConfigurationError."""
    from bots.wiring.desk.places import check_places  # noqa: PLC0415 - half a second, all of it
    from bots.wiring.store.folder import load_folder  # noqa: PLC0415

    if _kept and (found := _kept.get(_state(settings))):
        return found
    check_places(settings)
    understanding = Understanding(settings)
    folder = load_folder(settings.store_dir, understanding, understanding.trained, versions(settings))
    return ReadFolder(folder, understanding)


def keep(settings: Settings, read: ReadFolder) -> None:
    """Keeps what was read for the processes that this one will fork off."""
    _kept.clear()
    _kept[_state(settings)] = read


def versions(settings: Settings) -> Path:
    """Returns where the earlier versions of pinned flows lie."""
    return settings.var_dir / "flow_versions"


def _state(settings: Settings) -> tuple[Any, ...]:
    """Tells all that reading depends on: another value as soon as any of it is another."""
    from bots.wiring.store.folder import SHIPPED  # noqa: PLC0415 - half a second, with the flows

    learned = [*Understanding(settings).trained.glob("*.npz"), *versions(settings).glob("*.json")]
    seen = sorted((str(path), path.stat().st_mtime_ns) for path in learned)
    files = version(settings.store_dir, SHIPPED)
    return (settings.store_dir, settings.var_dir, settings.understanding, files, *seen)
