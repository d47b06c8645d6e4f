"""Begins a conversation with a customer: `/desk new +1 202 555 0101`, or the shortcut "New conversation"."""

from core.desk.events import Pressed
from hub.desk.act import Act
from hub.desk.casework.starting import start
from hub.desk.command_deed import CommandDeed
from hub.desk.forms.new import WHOM


def _do(act: Act, words: str) -> None:
    filled = act.event.values.get(WHOM, "") if isinstance(act.event, Pressed) else ""
    start(act, filled.strip() or words.strip())


DEED = CommandDeed(_do, "case:start")
