"""Answers one conversation: consent words first, then the agent who has it, then the flows."""

from collections.abc import Collection, Sequence
from typing import TypeGuard

from msgspec.structs import replace

from core.content.rendering import PAGE
from core.ids import EPOCH
from core.locales import guess_locale
from core.messages.inbound import Happened, InboundMessage, Said, Unsupported
from core.messages.outbound import OutboundMessage, decode_message
from core.messages.pieces import Attachment
from core.people.addresses import Address
from core.people.conversations import Owner
from flows.engine.session import new_session
from flows.understanding.lexicon.languages import LANGUAGES, language_of
from hub import metrics
from hub.conversation import changes
from hub.conversation.acting.consequences import AliasesTold, CustomerWrote
from hub.conversation.acting.passing_on import pass_on, passed_on
from hub.conversation.acting.suggesting import suggest
from hub.conversation.hearing import coming_back
from hub.conversation.hearing.coalesce import Event, Heard, fold
from hub.conversation.hearing.consent_words import book_consent, consent_word, take_consent
from hub.conversation.hearing.heard import user_message
from hub.conversation.hearing.patience import Early, Patience, before, unsettled
from hub.conversation.hearing.pieces import unsplit
from hub.conversation.hearing.shared import words_of
from hub.conversation.run_flow import run_flow
from hub.conversation.store_view import GroupReader
from hub.conversation.turn import Turn
from hub.conversation.unasked import happened
from hub.hub import Hub
from storage.conversations import timeline
from storage.conversations.conversations import Conversation
from storage.engine.batch import Batch

NO_PATIENCE = Patience(EPOCH, EPOCH)


def take_turn(
    hub: Hub,
    conversation: Conversation,
    events: Sequence[Event],
    causes: Sequence[str],
    reader: GroupReader,
    strange: Collection[Address] = (),
    patience: Patience = NO_PATIENCE,
) -> Batch | Early:
    """Handles all pending events of one conversation, in order; returns the rows of what they change. `strange`: the
    aliases in them that are not known yet.

    A greeting or fragment that says nothing by itself is read together with what follows; what is not understood may
    be asked about. Where it is too early for an answer, nothing was done.
    """
    events, masked = unsplit(conversation, events, causes, reader.conn, hub.now())
    heard = fold(events, causes, hub.timing.join_seconds)
    while True:
        turn, instead = _hear(hub, conversation, heard, reader, strange, patience)
        if isinstance(instead, Early):
            return instead
        if instead is None:
            metrics.turns.labels(conversation.channel).inc(len(events))
            reader.wrong_attempts += [number for number, ok in turn.proof_attempts if not ok]
            turn.batch.merge(masked)
            return turn.close()
        heard = instead


def _hear(
    hub: Hub,
    conversation: Conversation,
    heard: Sequence[Heard],
    reader: GroupReader,
    strange: Collection[Address],
    patience: Patience,
) -> tuple[Turn, list[Heard] | Early | None]:
    """Handles the events in order, up to one that is not settled; returns what is to be heard instead too."""
    turn = Turn(hub, conversation, hub.now(), reader.order, reader.queue)
    several = sum(_is_quotable(each.event) for each in heard) > 1
    for place, (event, cause, advice) in enumerate(heard):
        stood = before(turn)
        turn.cause, turn.advice = cause, advice
        turn.answering = event.name if several and _is_quotable(event) and _quotes(turn) else ""
        _meet(turn, event, strange)
        if isinstance(event, (InboundMessage, Unsupported)):
            _said(turn, event, reader)
            suggest(turn, event)
        elif isinstance(event, Happened):
            happened.hear(turn, event, reader)
        else:
            changes.react(turn, event, reader.conn)
        instead = unsettled(turn, stood, heard, place, reader, patience)
        if instead is not None:
            return turn, instead
    return turn, None


def _meet(turn: Turn, event: Event, strange: Collection[Address]) -> None:
    """Keeps further addresses that the channel vouches for."""
    aliases = tuple(alias for alias in event.profile.aliases if alias in strange)
    if aliases:
        turn.batch.after(AliasesTold(turn.conversation, aliases))


def _is_quotable(event: Event) -> TypeGuard[InboundMessage]:
    """Tells whether an answer can quote it: a press says itself what it is about, and may have no message."""
    return isinstance(event, InboundMessage) and event.choice is None


def _quotes(turn: Turn) -> bool:
    channel = turn.hub.channel(turn.conversation.channel, turn.conversation.account)
    return channel is not None and channel.capabilities.quoting


def _said(turn: Turn, event: Said, reader: GroupReader) -> None:
    turn.heard(event)
    if turn.is_blocked:
        _ignore(turn, event)
        return
    if isinstance(event, InboundMessage) and event.one_way:
        pass_on(turn, event, reader)
        return
    where = turn.conversation
    marks = turn.hub.marks_read(where.channel, where.account)
    turn.unseen = event.name if marks and isinstance(event, InboundMessage) else ""
    if isinstance(event, Unsupported):
        _reply(turn, event, reader)
        return
    word = consent_word(turn, event)
    if word is not None:
        take_consent(turn, event, word)
    elif event.standby:
        pass_on(turn, event, reader)
    elif event.choice and event.choice.id.startswith(PAGE):
        _turn_page(turn, event.choice.id, reader)
    else:
        _prove(turn, event.attachments)
        _reply(turn, event, reader)
    if event.callback and not turn.callback_used:
        turn.acknowledge()


def _ignore(turn: Turn, event: Said) -> None:
    """Answers a blocked customer nothing; what they decide about our messages is booked all the same."""
    if isinstance(event, InboundMessage):
        word = consent_word(turn, event)
        if word is not None:
            book_consent(turn, word)
        if event.callback:
            turn.acknowledge()


def _reply(turn: Turn, event: Said, reader: GroupReader) -> None:
    """Passes the event to the agent who has the conversation, or lets the bot answer."""
    if turn.owner is Owner.AGENT and turn.hub.has_desk:
        if _repeats_press(turn, event):
            return
        _note_language(turn, event)
        if turn.case_id:
            pass_on(turn, event, reader)
            turn.batch.after(CustomerWrote(turn.conversation, turn.case_id))
        else:  # people have it and no card says so: nobody would ever answer
            turn.open_case("asked_human", words_of(event))
        return
    if turn.owner is Owner.AGENT:  # the desk was switched off: nobody would ever answer
        turn.owner = Owner.BOT
        turn.system("bot_back")
    left = coming_back.left_case(turn, reader)
    if left is not None and isinstance(event, InboundMessage) and coming_back.wants_back(turn, event, left):
        coming_back.bring_back(turn, passed_on(turn, event, reader, left.id))
        return
    _begin(turn, event)
    run_flow(turn, user_message(turn, event, reader), reader)
    if left is not None and isinstance(event, InboundMessage) and coming_back.is_offered(turn, event, left):
        coming_back.offer(turn, left)


def _begin(turn: Turn, event: Said) -> None:
    """Begins the conversation with the bot, in the customer's language."""
    if turn.session is None:
        text = event.text if isinstance(event, InboundMessage) else ""
        turn.locale = guess_locale(turn.locale, event.profile.locale, text, turn.hub.shelf.now.notices.shop.locale)
        turn.session = new_session(turn.locale, turn.conversation.channel, turn.zone)
    elif turn.locale not in ("", turn.session.locale):  # the store told another, or they wrote in another elsewhere
        turn.session = replace(turn.session, locale=turn.locale)


def _note_language(turn: Turn, event: Said) -> None:
    """Notes the language in which the customer writes to a colleague, for what we say ourselves meanwhile."""
    written = LANGUAGES.written(event.text) if isinstance(event, InboundMessage) else ""
    if written in map(language_of, turn.hub.flows.responses.by_locale):
        turn.speak(written, turn.locale if language_of(turn.locale) == written else written)


def _repeats_press(turn: Turn, event: Said) -> bool:
    """Tells whether a press came twice: the first brought the agent in, and the second says nothing."""
    choice = event.choice if isinstance(event, InboundMessage) else None
    return choice is not None and turn.session is not None and turn.session.heard(choice.id, event.sent_at)


def _prove(turn: Turn, attachments: Sequence[Attachment]) -> None:
    """Proves the customer's number by a contact that the channel says is the sender's own."""
    turn.proved = False
    for each in attachments:
        if each.kind == "contact" and each.data.get("own") and each.data.get("phone"):
            turn.prove_phone(str(each.data["phone"]))


def _turn_page(turn: Turn, choice_id: str, reader: GroupReader) -> None:
    """Shows another page of the menu that the customer sees, which is the newest we sent."""
    number = choice_id.removeprefix(PAGE)
    payload = timeline.last_with_options(reader.conn, turn.conversation.id)
    if payload is None or not (number.isascii() and number.isdecimal()):
        return
    menu = decode_message(payload)
    turn.say(
        OutboundMessage(
            menu.menu_title or menu.more_title,
            menu.options,
            menu.menu_title,
            page=int(number),
            more_title=menu.more_title,
        )
    )
