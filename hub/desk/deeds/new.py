"""Begins a conversation with a customer: `/desk new +1 202 555 0101`, or the shortcut "New conversation".

The channel may come first (`/desk new sms +1 202 555 0101`), by its id or its name for people.
"""

from core.desk.events import Pressed
from hub.desk.act import Act
from hub.desk.casework.starting import start
from hub.desk.command_deed import CommandDeed
from hub.desk.forms.new import ANY, CHANNEL, WHOM


def _do(act: Act, words: str) -> None:
    values = act.event.values if isinstance(act.event, Pressed) else {}
    chosen = values.get(CHANNEL, ANY)
    whom = values.get(WHOM, "").strip() or words.strip()
    first, _, rest = whom.partition(" ")
    named = {first.lower()} & {each.lower() for pair in act.hub.labels.items() for each in pair}
    if not values and named and rest.strip():
        ids = {label.lower(): id_ for id_, label in act.hub.labels.items()}
        chosen, whom = ids.get(first.lower(), first.lower()), rest.strip()
    start(act, whom, "" if chosen == ANY else chosen)


DEED = CommandDeed(_do, "case:start")
