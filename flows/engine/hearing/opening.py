"""Begins a turn: counts it, ends what was left open for too long, catches up with a flow that changed since."""

from datetime import timedelta

from flows.engine.dialog import Dialog
from flows.engine.effects import Say
from flows.engine.events import UserMessage
from flows.engine.hearing.commands import named_command, seen
from flows.engine.model import EXPIRES
from flows.engine.stepping.asking import ANEW
from flows.engine.stepping.moving import hand_over
from flows.engine.stepping.steps import run
from flows.engine.stepping.waiting import make_room
from flows.engine.versions import settle_versions

TURNS = 200  # of a conversation without a longer pause


def begin(dialog: Dialog) -> bool:
    """Begins a turn; false when there were too many: the customer is handed over."""
    settle_versions(dialog)
    silence = dialog.now - dialog.active_at if dialog.active_at is not None else timedelta()
    if dialog.stack and silence > dialog.flows.flows[seen(dialog)].expire_after:
        _expire(dialog)
    if silence > EXPIRES:
        dialog.counters.pop("turns", None)
    dialog.active_at = dialog.now
    dialog.counters.update(steps=0, says=0)
    dialog.counters.pop(ANEW, None)
    if dialog.count("turns") <= TURNS:
        return True
    dialog.counters.pop("turns")
    hand_over(dialog, "no_end")
    return False


def _expire(dialog: Dialog) -> None:
    """Ends what was left open for too long; that is told where the message makes no sense without it."""
    ended = dialog.stack[dialog.visible()]
    dialog.track("flow_expired", **dialog.place())
    if ended.told and dialog.flows.responses.find(f"flow_name_{ended.flow}", dialog.locale) is not None:
        dialog.expired = ended.flow
    make_room(dialog)


def caught_up(dialog: Dialog, message: UserMessage, asked: str) -> bool:
    """Runs a flow that changed since up to its question; tells whether the message answers that, or is a command."""
    run(dialog)
    if asked and dialog.awaiting == asked:
        dialog.effects[:] = [effect for effect in dialog.effects if not isinstance(effect, Say)]
        return True
    return dialog.pending is None and named_command(dialog.flows.interpreter.read(message.text)) != ""
