"""Names where and who an event is by account (core.desk.workspaces): Slack's payloads have bare ids. Pure."""

from typing import Any, TypeVar

from msgspec.structs import replace

from core.desk.events import AgentMessage, Command, DeskEvent, Pressed
from core.desk.forms import PERSON, Changed, HomeOpened, Question, Searched
from core.desk.workspaces import within
from core.messages.inbound import AccountNews

Seen = DeskEvent | AccountNews | Question | None
T = TypeVar("T", bound=DeskEvent)


def at_home(event: Seen, account: str) -> Seen:
    """Returns the event with the ids of that account; those of the main one stand as they are."""
    if event is None or not account:
        return event
    match event:
        case Changed() | Searched():
            return replace(event, pressed=_homed(event.pressed, account))
        case HomeOpened():
            return replace(event, user=within(account, event.user))
        case AccountNews():
            return replace(event, account=f"{account}/{event.account}")  # without a channel it is about the workspace
        case _:
            return _homed(event, account)


def _homed(event: T, account: str) -> T:
    changed: dict[str, Any] = {
        name: within(account, getattr(event, name)) for name in ("place", "user") if hasattr(event, name)
    }
    match event:
        case AgentMessage():
            changed["files"] = tuple(replace(file, id=within(account, file.id)) for file in event.files)
        case Command():
            changed["people"] = tuple(within(account, each) for each in event.people)
        case Pressed() if PERSON in event.values:
            changed["values"] = {**event.values, PERSON: within(account, event.values[PERSON])}
    return replace(event, **changed)
