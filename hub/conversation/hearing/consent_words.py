"""Hears STOP, START and HELP, whoever has the conversation."""

from core.messages.inbound import InboundMessage
from core.people.consent import Keyword, keyword
from flows.engine.stepping.waiting import forget_all
from hub.conversation.turn import Turn

CONSENT_TEXTS = {
    Keyword.STOP: "consent_stopped",
    Keyword.START: "consent_started",
    Keyword.HELP: "consent_help",
}


def consent_word(turn: Turn, event: InboundMessage) -> Keyword | None:
    """Returns the consent word that the message is, by the provider's word or as a whole; None for any other."""
    return Keyword(event.consent_word) if event.consent_word else keyword(event.text, turn.conversation.channel)


def take_consent(turn: Turn, event: InboundMessage, word: Keyword) -> None:
    """Records a STOP or START, then confirms it; the confirmation is the last message that a STOP allows.

    Where the provider answers the word itself we say nothing: after a STOP it would refuse the message.
    """
    book_consent(turn, word)
    if not (event.consent_word or turn.is_answered_by_provider(event.text)):
        turn.system(CONSENT_TEXTS[word])


def book_consent(turn: Turn, word: Keyword) -> None:
    """Records a STOP or START; after a STOP nothing is waited for any more."""
    if word is not Keyword.HELP:
        turn.record_consent(granted=word is Keyword.START)
    if word is Keyword.STOP and turn.session is not None:
        turn.session = forget_all(turn.session)
