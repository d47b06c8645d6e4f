"""Words what agents are told of their replies and notes: what did not go out, and what they can do."""

from collections.abc import Sequence

from core.content.capabilities import Capabilities
from core.content.text import shorten
from core.messages.outbound import Media

QUOTED = 200  # characters of what is answered

LIKE_A_NOTE = "This reads like a note, so the customer did not get it. Send it to the customer, or keep it as a note?"
TO_A_COLLEAGUE = (
    "This reads as if it were for a colleague, so the customer did not get it. "
    "Send it to the customer, or keep it as a note?"
)
FORWARDED = (
    "The message that you forwarded stays inside: the customer would get only your own words. "
    "Send these to the customer, or keep them as a note?"
)
NOTHING_BESIDE = (
    "Nothing was sent: a message that you forward stays inside. Write in your own words what the customer is to read."
)
AN_ACTION = "The customer would not see that these words are about you. Send them as they are, or keep them as a note?"
NOT_SEEN_BEFORE = "Only this version of the message has reached us. Send it to the customer, or keep it as a note?"
IS_A_NOTE = "This is marked as a note. Write notes in the thread; from here everything goes to the customer."
NO_LONGER_A_NOTE = "You took the mark of a note off this message. Send it to the customer, or keep it as a note?"
NAMES_SOMEBODY = (
    "Kept inside as a note, because it mentions somebody: the customer did not get it. "
    "To answer the customer, write it without the mention."
)
NOTHING_TO_READ = (
    "Nothing was sent: there is nothing in this message that a customer could read (custom emoji are only in this "
    "workspace). Write it in words."
)
STILL_HELD = "Send the new words to the customer, or keep them as a note?"
SENT_ALREADY = "This message is with the customer already; marking it as a note does not take it back."
MIRRORED = "Changed in the customer's chat, too."
TAKEN_BACK = "Taken back from the customer's chat, too."
CORRECTION = "The customer already has the first version, which cannot be changed there. Send a correction?"
LIKE_A_NOTE_OUT = "This reads like a note now; the customer has the first version. Send the new words as a correction?"
NEW_WORDS_LATER = "The customer did not get this message. *Try again* sends the new words."
NEW_WORDS = "The message has not gone out yet: the customer gets the new words."
UNDONE = "Undone: the customer did not get it."
TOO_LATE_TO_UNDO = "Too late to undo: it went out."
ON_ITS_WAY = "That message is with the customer, or on its way; nothing was sent."
NOTHING_TO_QUOTE = (
    "Nothing was sent: use *Quote to customer* on a message of the customer's in a case's thread, and write the answer."
)
NO_OTHER_WAY = "The customer has no other address where you may write to them now."
OTHER_CASE_THERE = "The customer has another open case there; go on in that one."
WHICH_WAY = "Where shall the customer get it? The case goes on there."
NO_TEMPLATE = "No approved template of templates.yaml says what is true of this customer's order now."
WHICH_TEMPLATE = "Outside the reply window only a template reaches the customer. This is what they would read:"
TEMPLATE_IS_OUT = "The customer was sent these very words already, and has not written since."
CHANGE_FAILED = ":warning: The change did not reach the customer ({code}): they still have the first version."


def window_closed(channel: str) -> str:
    """Says that a message was not sent, because the customer last wrote too long ago; `channel` as people call it."""
    return (
        f":warning: Not sent: the customer last wrote too long ago, so on {channel} the reply window is closed, "
        "and only a template would do. They have not seen your message."
    )


def window_closes(channel: str, minutes: int) -> str:
    """Warns that a customer who waits can soon not be answered any more."""
    return (
        f":hourglass_flowing_sand: In {minutes} min the reply window on {channel} closes, and the customer's "
        "last message is not answered. After that only a template reaches them."
    )


def undo_for(seconds: int) -> str:
    """Says for how long a reply may be undone."""
    return f"Goes out in {seconds} s."


def goes_out_in(parts: int, channel: str, limits: Capabilities) -> str:
    """Says that a long reply becomes several messages."""
    return f"Goes out in {parts} messages: {channel} takes {limits.text_max:,} characters in one."


def as_link(media: Media, channel: str, limits: Capabilities) -> str:
    """Says that a file goes as a link, and why: its type, or its size."""
    return f"{_file(media)} goes as a link: {_why(media, channel, limits)}"


def as_document(media: Media, channel: str, limits: Capabilities) -> str:
    """Says that a file goes as a document, and why."""
    return f"{_file(media)} goes as a document: {_why(media, channel, limits)}"


def _file(media: Media) -> str:
    return media.filename or f"The {media.kind}"


def _why(media: Media, channel: str, limits: Capabilities) -> str:
    limit = limits.media.get(media.kind)
    if limit is None:
        return f"{channel} takes no {media.kind} files."
    if media.size > limit.most(media.mime):
        most, size = limit.most(media.mime) / 1_000_000, media.size / 1_000_000
        return f"it has {size:.1f} MB, and {channel} takes {most:.2g} MB."
    return f"{channel} does not show {media.mime or 'this type'} as {_an(media.kind)}."


def _an(kind: str) -> str:
    return f"an {kind}" if kind[:1] in "aeiou" else f"a {kind}"


def listed(sentences: Sequence[str]) -> str:
    """Joins what an agent is told at once."""
    return "\n".join(sentences)


def preview(title: str, text: str) -> str:
    """Shows what a customer would read."""
    return f"{title}: “{text}”"


def said_in_form(agent: str, text: str) -> str:
    """Shows the team what an agent answered by a form."""
    return f":speech_balloon: {agent} to the customer:\n{text}"


def translated(agent: str, language: str, text: str) -> str:
    """Shows the team what the customer reads of an agent's answer, in another language."""
    return f":speech_balloon: {agent} to the customer, in {language}:\n{text}"


def written_as(own: str) -> str:
    """Shows the team what the agent wrote, of which the customer gets the translation."""
    return f"Translated from:\n{own}"


def template_sent(agent: str, title: str, text: str) -> str:
    """Tells the team what was sent in the place of a reply."""
    return f":incoming_envelope: {agent} sent the template {preview(title, text)}"


def answered(agent: str, quoted: str, words: str) -> str:
    """Shows the team an answer that was written in a form."""
    return f":leftwards_arrow_with_hook: {agent} to the customer, on “{shorten(quoted, QUOTED)}”:\n{words}"
