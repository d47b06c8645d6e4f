"""Says what comes when a request is done: the one that was kept for later, or the question for anything else."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import asdict

from flows.engine.dialog import Dialog
from flows.engine.session import Entry, Later

NEXT, COMPLETED = "pattern_next", "pattern_completed"
KEPT = 2  # requests that wait
WORDS_KEPT = 300  # signs of what was written
DEEDS = "deeds"  # counts what was done for the customer since nothing ran


def keep(dialog: Dialog, intent: str, text: str = "", slots: Mapping[str, Any] | None = None) -> None:
    """Keeps a request for later, unless it is kept already, or too many are."""
    if intent and len(dialog.later) < KEPT and all(each.intent != intent for each in dialog.later):
        dialog.later = (*dialog.later, Later(intent, text[:WORDS_KEPT], dict(slots or {})))
        dialog.track("kept_for_later", intent=intent)


def go_on(dialog: Dialog) -> bool:
    """Begins what comes after the last flow; false when nothing does."""
    done = dialog.counters.pop(DEEDS, 0)
    if dialog.later:
        first, dialog.later = dialog.later[0], dialog.later[1:]
        dialog.push(NEXT, Entry.ROOT, {"wanted": asdict(first)})
    elif done and COMPLETED in dialog.flows.flows:
        dialog.push(COMPLETED, Entry.ROOT, {})
    else:
        return False
    return True


def forget(dialog: Dialog) -> str:
    """Drops what was kept, as a person goes on; returns it for them, in words."""
    kept, dialog.later = dialog.later, ()
    dialog.counters.pop(DEEDS, None)
    asked = ", ".join(each.intent.replace("_", " ") for each in kept)
    return f"Also asked about: {asked}." if kept else ""
