"""Notes with a customer's words which answers of the store's may fit them, for the agent who has their case."""

from core.messages.inbound import InboundMessage, Said
from core.people.conversations import Owner
from flows.language.formats import as_day, local
from flows.understanding.reading import SMALL_TALK
from hub.conversation.turn import Turn
from storage.conversations import suggestions

READ = 500  # characters: the beginning of a long message says what it asks
KEPT = 5  # three are shown; some may not be for this customer


def suggest(turn: Turn, event: Said) -> None:
    """Notes them on the line of the message, as ids; in the conversation with the bot that is the flows' own affair."""
    if turn.owner is not Owner.AGENT or not turn.case_id:
        return
    if not isinstance(event, InboundMessage) or event.choice is not None or not event.text.strip():
        return
    if turn.hub.flows.interpreter.exact(event.text) in SMALL_TALK:
        return
    today = as_day(local(turn.now, turn.zone))
    found = turn.hub.flows.facts.faq.near(event.text[:READ], today, KEPT)
    turn.line["answers"] = suggestions.written([(each.entry.id, each.likeness) for each in found])
