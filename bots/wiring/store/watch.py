"""Looks whether the store's files have changed, and brings what they say now."""

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from core.errors import ConfigurationError
from hub.store_folder import Shelf, StoreFolder

log = logging.getLogger(__name__)

YAML = (".yaml", ".yml")
LOOK_SECONDS = 5.0


def version(store: Path, shipped: Sequence[Path]) -> str:
    """Hashes all files that are read: ours, in the folders `shipped`, and the store's."""
    digest = hashlib.blake2s(digest_size=8)
    for folder, path in _files(store, shipped):
        digest.update(f"{path.relative_to(folder)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


class Watch:
    """Looks at the files that `load` reads: the store's, and ours in the folders `shipped`.

    `is_learned` tells whether a model has learned the phrases of that name since the folder was read.
    """

    def __init__(
        self,
        store: Path,
        shelf: Shelf,
        load: Callable[[Path], StoreFolder],
        shipped: Sequence[Path],
        is_learned: Callable[[str], bool] = lambda _phrases: False,
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._load = load
        self._shipped = shipped
        self._is_learned = is_learned
        self._seen: list[tuple[str, int, int]] = []
        self._refused = ""

    def look(self) -> None:
        """Looks once. A mistake is logged, and what was in use stays."""
        try:
            seen = [(str(path), (stat := path.stat()).st_mtime_ns, stat.st_size) for _, path in self._files()]
            unlearned = self._shelf.now.unlearned
            learned = bool(unlearned) and self._is_learned(unlearned)
            if seen == self._seen and not learned:
                return
            self._seen = seen
            self._take(version(self._store, self._shipped), learned=learned)
        except OSError as error:  # a folder that is being exchanged
            log.warning("the store's folder cannot be read; what was stays in use", extra={"error": str(error)})

    def _files(self) -> Iterator[tuple[Path, Path]]:
        return _files(self._store, self._shipped)

    def _take(self, new: str, *, learned: bool) -> None:
        if new == self._refused or (new == self._shelf.now.version and not learned):
            return
        try:
            self._shelf.bring(self._load(self._store))
        except ConfigurationError as error:
            self._refused = new
            log.warning(
                "a change of the store's files is not taken; what was stays in use", extra={"mistake": str(error)}
            )


def _files(store: Path, shipped: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Lists all YAML files with the folder they are read from; Python in the store's too, as it is refused."""
    for folder in (*shipped, store):
        suffixes = (*YAML, ".py") if folder == store else YAML
        yield from ((folder, path) for path in sorted(folder.rglob("*")) if path.suffix in suffixes)
