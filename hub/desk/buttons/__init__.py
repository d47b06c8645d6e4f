"""Finds the desk's buttons, a file each; the card, the question about a held message and a press read them here."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from core.cases.desk import ON_HELD, ButtonGlance
from core.people.conversations import CaseState
from hub.desk.button import Button


def on_card(case_id: str, state: CaseState) -> tuple[ButtonGlance, ...]:
    """Returns the buttons on the card of a case in that state, from left to right."""
    return tuple(button.about(case_id) for button in BUTTONS.values() if state in button.states)


def under_held(message_id: str) -> tuple[ButtonGlance, ...]:
    """Returns the buttons under the question about a held message, from left to right."""
    return tuple(button.about(message_id) for button in BUTTONS.values() if button.id.startswith(ON_HELD))


def _found() -> Mapping[str, Button]:
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    found: list[Button] = [import_module(f"{__name__}.{name}").BUTTON for name in names]
    return MappingProxyType({button.id: button for button in sorted(found, key=lambda button: button.order)})


BUTTONS = _found()
