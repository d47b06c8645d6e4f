"""Declares what a button of the desk is: its label, where it shows, and what a press does."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass

from core.cases.desk import ButtonGlance, ButtonStyle, Pressed
from core.cases.permissions import Permission
from core.people.conversations import CaseState
from hub.desk.act import Act
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


@dataclass(frozen=True)
class Button:
    """Describes one button, declared as BUTTON in its file in `hub.desk.buttons`.

    An id `case_…` stands on the card of cases in one of `states`, `held_…` under the question about a held message,
    `reply_…` under what an agent is told of a message of theirs (`hub.desk.offers`).
    `order` counts from the left. `needs` is what who presses it must be allowed; it is looked at before the press.
    """

    id: str
    label: str
    press: Callable[[Act, Pressed, Case, Conversation], None]
    order: int
    states: tuple[CaseState, ...] = ()
    style: ButtonStyle = ""
    _: KW_ONLY
    needs: Permission

    def about(self, value: str) -> ButtonGlance:
        """Returns the button as a post shows it, about that case or held message."""
        return ButtonGlance(self.id, self.label, value, self.style)
