"""Hears what a customer writes right after an agent resolved their case: whether the agent answers it, or the bot."""

from core.desk.posts import PostCustomer
from core.messages.inbound import InboundMessage
from core.messages.outbound import Option, OutboundMessage, Speaker
from core.people.conversations import Owner
from flows.engine.hearing.commands import MENU
from flows.understanding.interpreter import HUMAN
from flows.understanding.reading import SMALL_TALK, Outcome, Reading
from flows.understanding.values.recogniser import recognise
from hub.conversation.acting.consequences import CaseReopened
from hub.conversation.store_view import GroupReader
from hub.conversation.turn import Turn
from hub.conversation.unasked.ratings import FLOW as RATING
from storage.desk import cases
from storage.desk.cases import Case

BACK = "case.back"  # the id of the button that brings the agent back
LEFT = (MENU, RATING)  # flows that a customer leaves without a word


def left_case(turn: Turn, reader: GroupReader) -> Case | None:
    """Returns the case that words bring back now; it is read only for who left one lately."""
    where = turn.conversation
    if turn.case_id or not (where.left_case and where.left_until and turn.now < where.left_until):
        return None
    return cases.by_id(reader.conn, where.left_case) if turn.hub.has_desk else None


def wants_back(turn: Turn, event: InboundMessage, case: Case) -> bool:
    """Tells whether a message goes on with the case: the button, its words, or words that mean nothing to the bot.

    Thanks, emoji and files without words do not; nor does what answers the bot's question or is a request of its own.
    """
    if event.choice is not None:
        return event.choice.id == BACK
    if event.text.strip().casefold() == _title(turn, case).casefold():
        return True
    if not any(letter.isalpha() for letter in event.text) or _is_answer(turn, event.text):
        return False
    interpreter = turn.hub.flows.interpreter
    reading = interpreter.read(event.text)
    return not (_is_own(reading) or interpreter.exact(event.text) or reading.command or reading.intent in SMALL_TALK)


def bring_back(turn: Turn, words: PostCustomer) -> None:
    """Gives the conversation back to the agent, who reads the words in the thread."""
    turn.case_id, turn.owner = words.case_id, Owner.AGENT
    turn.batch.after(CaseReopened(turn.conversation, words, turn.now))


def is_offered(turn: Turn, event: InboundMessage, case: Case) -> bool:
    """Tells whether the bot answered, as the first thing after the case, a request of its own."""
    before = turn.conversation.last_inbound_at
    first = case.resolved_at is not None and (before is None or before <= case.resolved_at)
    reading = turn.hub.flows.interpreter.read(event.text)
    return first and event.choice is None and not turn.case_id and _is_own(reading) and reading.intent != HUMAN


def offer(turn: Turn, case: Case) -> None:
    """Offers the agent beside the bot's answer: by a button, or by its words where the channel has none."""
    channel = turn.hub.channel(turn.conversation.channel, turn.conversation.account)
    has_buttons = channel is not None and channel.capabilities.buttons > 0
    title = _title(turn, case)
    key = "case_back_offer" if has_buttons else "case_back_words"
    text = turn.hub.say(key, turn.language, agent=case.agent_name, title=title)
    turn.say(OutboundMessage(text, (Option(BACK, title),) if has_buttons else (), speaker=Speaker.SYSTEM))


def _is_own(reading: Reading) -> bool:
    return reading.outcome is Outcome.ACCEPT and bool(reading.intent) and reading.intent not in SMALL_TALK


def _is_answer(turn: Turn, text: str) -> bool:
    """Tells whether the bot is in the middle of something, or a question that may be left is answered."""
    session = turn.session
    if session is None or session.idle:
        return False
    if session.pending is not None or any(frame.flow not in LEFT for frame in session.stack):
        return True
    if any(letter.isdigit() for letter in text):
        return True
    return recognise(text, session.last_choices, turn.hub.flows.interpreter.exact(text)) is not None


def _title(turn: Turn, case: Case) -> str:
    return turn.hub.say("case_back_title", turn.language, agent=case.agent_name)
