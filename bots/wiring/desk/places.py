"""Checks that the ids of channels and people in the store's files are of workspaces that the settings name."""

import re
from collections.abc import Collection, Iterator
from typing import Any

from bots.wiring.store.folder import NotLoadedError
from config.accounts import accounts
from config.settings import SHIPPED_STORE, Settings
from core.desk.workspaces import MAIN, NAME
from core.files.documents import Document, found_in
from core.files.near import one_of
from notifications.rules.rules_file import FILE as RULES_FILE

_ID = re.compile(rf"({NAME})/[A-Z0-9]+")
_NAMING = ("routing.yaml", RULES_FILE, "agents.yaml", "shop.yaml")  # the files in which such ids stand
Steps = tuple[str | int, ...]


def check_places(settings: Settings) -> None:
    """Looks at the files of STORE_DIR. Raises NotLoadedError with file and line of an id that is nowhere."""
    known = [each.get("account", MAIN) for each in accounts(settings)["slack"]]
    for name in _NAMING:
        path = found_in(name, settings.store_dir, SHIPPED_STORE)
        if path.exists():
            _check(Document(path), known)


def _check(document: Document, known: Collection[str]) -> None:
    for steps, text in _texts(document.data, ()):
        found = _ID.fullmatch(text)
        if found and found[1] not in known:
            words = f"{text} is in no workspace of ours (CHANNELS_FILE, Slack accounts); {one_of(found[1], known)}"
            raise NotLoadedError("policies", str(document.fault(words, *steps)))


def _texts(node: Any, steps: Steps) -> Iterator[tuple[Steps, str]]:
    """Lists all texts and names in a document, with where they stand."""
    if isinstance(node, str):
        yield steps, node
        return
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list | tuple) else ()
    for step, value in inside:
        if isinstance(step, str):
            yield (*steps, step), step
        yield from _texts(value, (*steps, step))
