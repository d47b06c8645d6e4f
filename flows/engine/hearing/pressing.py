"""Takes a press on a choice: of the open menu, of an older one, or one that never grows old."""

from datetime import datetime

from core.messages.pieces import Choice
from flows.engine.dialog import Dialog
from flows.engine.hearing.commands import MENU, pattern, start, startable
from flows.engine.session import Offered, Taken
from flows.understanding.values.recogniser import pressed


def again_pressed(dialog: Dialog, choice: Choice | None, at: datetime) -> bool:
    """Tells whether a press repeats the one just taken, which is answered already; remembers it for the next."""
    heard = choice is not None and dialog.pending is None and dialog.session().heard(choice.id, at)
    if not heard:
        dialog.taken = Taken(choice.id, at) if choice is not None else None
    return heard


def open_choice(dialog: Dialog, choice: Choice) -> Offered | None:
    """Finds the choice of the open menu that was pressed."""
    return pressed(choice.id, dialog.choices) if dialog.awaiting else None


def named_flow(dialog: Dialog, choice_id: str) -> str:
    """Finds the flow of a button that never grows old, which notices and templates carry: `start.<flow>`, an intent."""
    command, _, name = choice_id.partition(".")
    flow = dialog.flows.flows.get(name) if command == "start" else None
    intent = flow.triggers[0] if flow is not None and flow.triggers else choice_id
    return startable(dialog, intent)


def stale(dialog: Dialog, choice: Choice) -> None:
    """Takes a press on an older menu: the main menu still works, of any other it is said that it has closed."""
    dialog.track("stale_choice")
    intended = _of_main_menu(dialog, choice)
    if intended:
        dialog.counters.pop("no_match", None)
        start(dialog, intended)
    else:
        pattern(dialog, "pattern_stale_choice")


def _of_main_menu(dialog: Dialog, choice: Choice) -> str:
    menu = dialog.flows.flows.get(MENU)
    value = choice.id.partition("~")[0].rpartition(".")[2]
    return named_flow(dialog, f"start.{value}") if menu is not None and choice.id.startswith(f"{menu.short}.") else ""
