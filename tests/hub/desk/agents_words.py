"""Reads what agents were told, and does what they do with it."""

from typing import Any

from core.desk.events import AgentDeleted, AgentEdited
from core.desk.glances import ButtonGlance
from core.desk.posts import PostEphemeral, PostMark, PostNote
from storage.desk.tables import cases
from tests.fakes import PLACE
from tests.hub.house import ANNA, House


def edits(house: House, message: str, text: str, user: str = ANNA, **more: Any) -> None:
    """Changes an agent's message in the thread of the only case."""
    thread = house.row(cases).thread
    house.act(AgentEdited(house.fresh("ed"), PLACE, thread, message, user, text, house.clock(), **more))


def deletes(house: House, message: str, user: str = ANNA) -> None:
    """Deletes an agent's message in the thread of the only case."""
    house.act(AgentDeleted(house.fresh("del"), PLACE, house.row(cases).thread, message, user, house.clock()))


def told(house: House) -> list[Any]:
    """Sends what is due; what agents read since the last time, in private or in the thread."""
    return [post for post in house.posts() if isinstance(post, (PostEphemeral, PostNote))]


def marks(house: House) -> list[str]:
    """Sends what is due; the marks set since the last time."""
    return [post.name for post in house.posts() if isinstance(post, PostMark) and not post.remove]


def buttons(posts: list[Any]) -> dict[str, ButtonGlance]:
    """Returns the buttons under the last post that has any, by their labels."""
    return {button.label: button for button in next(post.buttons for post in reversed(posts) if post.buttons)}


def presses(house: House, button: ButtonGlance, user: str = ANNA) -> None:
    """Presses it."""
    house.presses(button.id, user, button.value)
