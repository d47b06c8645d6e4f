"""Obeys and answers STOP, START and HELP as Twilio does, before anybody else hears of them."""

from sandbox.world.people import Phone

STOP_WORDS = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
START_WORDS = {"start", "unstop", "yes"}
HELP_WORDS = {"help", "info"}
STOPPED = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe."
)
STARTED = (
    "You have successfully been re-subscribed to messages from this number. "
    "Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)
HELP = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


def word_of(text: str) -> str:
    """Returns STOP, START or HELP when the text is just such a word; else ""."""
    word = text.strip().lower()
    known = {"STOP": STOP_WORDS, "START": START_WORDS, "HELP": HELP_WORDS}
    return next((kind for kind, words in known.items() if word in words), "")


def heard(phone: Phone, text: str) -> str:
    """Applies the word to the phone; returns what Twilio says in answer, "" for nothing."""
    word = word_of(text)
    if word == "STOP" and not phone.opted_out:
        phone.opted_out = True
        return STOPPED
    if word == "START" and phone.opted_out:
        phone.opted_out = False
        return STARTED
    return HELP if word == "HELP" else ""
