"""Takes what came without words: files, and a number that is proven now."""

from flows.engine.dialog import Dialog
from flows.engine.hearing.answering import matched
from flows.engine.hearing.commands import GIVE_UP, pattern
from flows.engine.session import Entry
from flows.engine.stepping.answers import misunderstood
from flows.engine.stepping.steps import run

VERIFY = "verify_customer"
_QUIET = frozenset(("sticker",))


def take_proof(dialog: Dialog) -> None:
    """Begins again what asked for a proof, as the customer's number is known now and finds their orders."""
    matched(dialog)
    asking = any(frame.flow == VERIFY for frame in dialog.stack)
    begun = dialog.stack[dialog.visible()].flow if asking else ""
    flow = dialog.flows.flows.get(begun)
    if flow is not None and flow.triggers:
        dialog.say("utter_contact_proved")
        dialog.clear()
        dialog.push(begun, Entry.ROOT, {})
        run(dialog)
    else:
        pattern(dialog, "pattern_contact_proved")


def take_files_alone(dialog: Dialog, kinds: tuple[str, ...]) -> None:
    """Takes what came without words: by the pattern for its kind where there is one, else as no answer.

    A sticker starts nothing while nothing is asked.
    """
    open_question = bool(dialog.awaiting) and not dialog.step.optional
    if set(kinds) <= _QUIET and not open_question:
        dialog.track("sticker")
        return
    dialog.track("unsupported_media")
    named = next((found for kind in kinds if (found := f"pattern_media_{kind}") in dialog.flows.flows), "")
    if named:
        matched(dialog)
        pattern(dialog, named)
        return
    if dialog.awaiting and not dialog.step.optional and dialog.top.attempts + 1 < dialog.step.max_attempts:
        dialog.change(attempts=dialog.top.attempts + 1)
        pattern(dialog, "pattern_media_not_supported")
    elif dialog.awaiting and not dialog.step.optional:
        misunderstood(dialog, reason="media_only")
        run(dialog)
    elif dialog.count("no_match") >= GIVE_UP:
        pattern(dialog, "pattern_media_handoff")
    else:
        pattern(dialog, "pattern_media_not_supported")
