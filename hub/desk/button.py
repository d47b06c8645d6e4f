"""Declares what a button of the desk is: its label, where it shows, and what a press does."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass

from core.desk.glances import ButtonGlance, ButtonStyle
from core.desk.permissions import Permission
from core.people.conversations import CaseState
from storage.shop.filed_returns import Filed


@dataclass(frozen=True)
class Button:
    """Describes one button, declared as BUTTON in its file in `hub.desk.buttons`.

    An id `case_…` stands on the card of cases in one of `states`, `held_…` under the question about a held message,
    `reply_…` under what an agent is told of a message of theirs (`hub.desk.undelivered.offers`): pressed as
    `press(act, event, case, conversation)`. `return_…` stands under a return as one of `teams` sees it, while it is
    `open(filed, state of the request to the shop)`, and is pressed as `press(act, event, filed)`.
    `order` counts from the left. On a card the first row (0) has what whoever has the case does all day, the second (1)
    what else they write and how they put it aside, the third (2) what is seldom: whose it is, and how it leaves the
    desk. `needs` is what who presses it must be allowed; it is looked at before the press.
    """

    id: str
    label: str
    press: Callable[..., None]
    order: int
    states: tuple[CaseState, ...] = ()
    style: ButtonStyle = ""
    open: Callable[[Filed, str], bool] | None = None
    teams: tuple[str, ...] = ()
    _: KW_ONLY
    row: int = 0
    needs: Permission

    def about(self, value: str) -> ButtonGlance:
        """Returns the button as a post shows it, about that case or held message."""
        return ButtonGlance(self.id, self.label, value, self.style, self.row)
