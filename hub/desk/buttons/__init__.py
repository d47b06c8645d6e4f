"""Finds the desk's buttons, a file each in a room, by being there: for the card, held messages, and presses."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from core.desk.events import ON_HELD
from core.desk.glances import ButtonGlance
from core.people.conversations import CaseState
from hub.desk.button import Button
from storage.shop.filed_returns import Filed


def on_card(case_id: str, state: CaseState) -> tuple[ButtonGlance, ...]:
    """Returns the buttons on the card of a case in that state, from left to right."""
    return tuple(button.about(case_id) for button in BUTTONS.values() if state in button.states)


def under_held(message_id: str) -> tuple[ButtonGlance, ...]:
    """Returns the buttons under the question about a held message, from left to right."""
    return tuple(button.about(message_id) for button in BUTTONS.values() if button.id.startswith(ON_HELD))


def under_return(filed: Filed, team: str, request: str) -> tuple[ButtonGlance, ...]:
    """Returns the buttons under a return as this team sees it, from left to right. `request` says how the request to
    the store's system to make it stands."""
    shown = (each for each in BUTTONS.values() if each.open and team in each.teams and each.open(filed, request))
    return tuple(button.about(filed.id) for button in shown)


def _found() -> Mapping[str, Button]:
    files = [each.name for each in pkgutil.walk_packages(__path__, f"{__name__}.") if not each.ispkg]
    modules = [import_module(name) for name in files]
    found: list[Button] = [button for each in modules for button in getattr(each, "BUTTONS", None) or (each.BUTTON,)]
    return MappingProxyType(
        {button.id: button for button in sorted(found, key=lambda button: (button.row, button.order))}
    )


BUTTONS = _found()
