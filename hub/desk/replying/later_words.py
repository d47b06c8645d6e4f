"""Words what agents are told of replies that leave later."""

from core.content.text import shorten

QUOTED = 500  # characters of a reply that is spoken of
NOT_FILLED = "Nothing was put off: the form was not there, or had no words or no time. Press *Send later* again."
PAST = "That time is over. Choose one that is to come."
NOT_WAITING = "That reply does not wait any more."
CANCELLED = "Kept as a note; it does not leave."
NEW_WORDS = "The customer gets the new words, at the time that was chosen."
NO_MESSAGES = (
    "the customer asked for no messages, so nothing goes to them by itself. What answers them can be sent now."
)
HEARD = "the customer wrote in the meantime, so it does not leave by itself. Does it still fit?"
ANSWERED = "a colleague answered the customer in the meantime, so it does not leave by itself. Does it still fit?"
ANOTHER_S = "{} has this case now, so it does not leave by itself. Send it, or keep it as a note?"
MERGED = "its case was merged into this one, so it does not leave by itself. Does it still fit?"
OVER = "the case is not open any more. After *Reopen*, *Try again* sends it."
SPAM = "the customer was blocked."
STOPPED = "the customer asked for no messages."


def waits(agent: str, when: str, words: str) -> str:
    """Shows the team what leaves when."""
    return f":hourglass_flowing_sand: {agent} to the customer, on {when}:\n{words}"


def held(agent: str, why: str, words: str) -> str:
    """Says why a reply that was to leave by itself is held, with its words."""
    return f":hourglass_flowing_sand: {agent}'s reply waits: {why}\n{_quoted(words)}"


def given_up(agent: str, why: str, words: str) -> str:
    """Says why a reply does not leave any more."""
    return f":warning: {agent}'s reply that was put off does not leave: {why}\n{_quoted(words)}"


def window_closes(channel: str, closes: str, when: str) -> str:
    """Says that a reply would come too late for the channel."""
    return (
        f"the reply window on {channel} closes on {closes}, before {when}. Send it now or at an earlier time; "
        "after that only a template reaches the customer."
    )


def _quoted(words: str) -> str:
    return f"“{shorten(words, QUOTED)}”"
