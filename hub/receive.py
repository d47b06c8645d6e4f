"""A customer's messages become a turn: consent words, then the agent who owns the conversation, then the flows.

Everything is decided on values read before; nothing is written until the whole group commits.
"""

import logging
from collections.abc import Sequence

import msgspec

from core.consent import Keyword, keyword
from core.conversations import Owner
from core.desk import PostCustomer
from core.locales import guess_locale
from core.messages import InboundMessage, Unsupported, decode_event
from flows.engine.events import UserMessage
from flows.engine.session import new_session
from hub import metrics
from hub.hub import Hub
from hub.perform import Turn
from hub.run_flow import run_flow
from hub.store_view import GroupReader
from storage import conversations, inbox, leases
from storage.batch import Batch
from storage.conversations import Conversation
from storage.inbox import Item

log = logging.getLogger(__name__)

Said = InboundMessage | Unsupported


def handle(hub: Hub, claimed: dict[str, list[Item]], owner: str) -> None:
    """Answers every claimed conversation and commits the answers with "handled". Raises when the leases were lost."""
    said = {key: [_decode(item) for item in items] for key, items in claimed.items()}
    known = _load(hub, said)
    batch, done, failed = Batch(), [], {}
    with hub.store.read() as conn:
        reader = GroupReader(conn, [phone for c in known.values() if (phone := c.address.phone)])
        for key, events in said.items():
            try:
                batch.merge(take_turn(hub, known[key], events, [item.id for item in claimed[key]], reader))
                done += [item.id for item in claimed[key]]
            except Exception:
                log.exception("a turn failed", extra={"conversation_id": known[key].id})
                failed[key] = claimed[key]
    _commit(hub, batch, done, failed, [key for key in claimed if key not in failed], owner)


def take_turn(
    hub: Hub, conversation: Conversation, events: Sequence[Said], causes: Sequence[str], reader: GroupReader
) -> Batch:
    """All pending messages of one conversation, in order; what they change, as rows."""
    now = hub.now()
    metrics.turns.labels(conversation.channel).inc(len(events))
    turn = Turn(hub, conversation, now)
    for event, cause in _join(events, causes, hub.timing.join_seconds):
        turn.cause = cause
        turn.heard(event)
        if isinstance(event, InboundMessage) and (word := keyword(event.text, event.sender.channel)):
            _consent(turn, word)
        elif turn.owner is Owner.AGENT:
            turn.post(PostCustomer(turn.case_id or "", _shown(event), _kinds(event)))
        else:
            _answer(turn, event, reader)
        if isinstance(event, InboundMessage) and event.callback and not turn.callback_used:
            turn.acknowledge()
    reader.wrong_guesses += [number for number, ok in turn.guesses if not ok]
    return turn.close()


def _answer(turn: Turn, event: Said, reader: GroupReader) -> None:
    if turn.session is None:
        locale = guess_locale(
            turn.locale, event.profile.locale, event.text if isinstance(event, InboundMessage) else ""
        )
        turn.session = new_session(locale, turn.conversation.channel, turn.conversation.timezone)
        turn.locale = locale
    if isinstance(event, InboundMessage):
        heard = UserMessage(event.text, event.choice, _kinds(event))
    else:
        heard = UserMessage(attachments=(event.kind,))
    run_flow(turn, heard, reader)


def _consent(turn: Turn, word: Keyword) -> None:
    """STOP and START are recorded before anything is said; the confirmation is the last word a STOP allows."""
    if word is not Keyword.HELP:
        turn.record_consent(granted=word is Keyword.START)
    texts = {
        Keyword.STOP: "consent_stopped",
        Keyword.START: "consent_started",
        Keyword.HELP: "consent_help",
    }
    turn.system(texts[word])


def _join(events: Sequence[Said], causes: Sequence[str], seconds: float) -> list[tuple[Said, str]]:
    """Plain texts that came within `seconds` of one another, read as one; with 0 each stands alone."""
    joined: list[tuple[Said, str]] = []
    for event, cause in zip(events, causes, strict=True):
        before = joined[-1][0] if joined else None
        if (
            seconds
            and _plain(before)
            and _plain(event)
            and isinstance(before, InboundMessage)
            and isinstance(event, InboundMessage)
            and (event.sent_at - before.sent_at).total_seconds() <= seconds
        ):
            joined[-1] = (msgspec.structs.replace(event, text=f"{before.text}\n{event.text}"), cause)
        else:
            joined.append((event, cause))
    return joined


def _plain(event: Said | None) -> bool:
    return (
        isinstance(event, InboundMessage)
        and not event.choice
        and not event.attachments
        and keyword(event.text, event.sender.channel) is None
    )


def _shown(event: Said) -> str:
    if isinstance(event, Unsupported):
        return ""
    captions = " ".join(a.caption for a in event.attachments if a.caption)
    return event.text or (event.choice.title if event.choice else "") or captions


def _kinds(event: Said) -> tuple[str, ...]:
    if isinstance(event, Unsupported):
        return (event.kind,)
    return tuple(attachment.kind for attachment in event.attachments)


def _decode(item: Item) -> Said:
    event = decode_event(item.payload)
    if not isinstance(event, (InboundMessage, Unsupported)):
        raise TypeError(f"a {type(event).__name__} is no turn")
    return event


def _load(hub: Hub, said: dict[str, list[Said]]) -> dict[str, Conversation]:
    with hub.store.read() as conn:
        known = conversations.by_keys(conn, said.keys())
    missing = [(events[0].sender, events[0].profile.name) for key, events in said.items() if key not in known]
    if not missing:
        return known
    with hub.store.write() as conn:
        conversations.ensure(conn, hub.store, missing, hub.now())
    with hub.store.read() as conn:
        return conversations.by_keys(conn, said.keys())


def _commit(
    hub: Hub, batch: Batch, done: list[str], failed: dict[str, list[Item]], keys: list[str], owner: str
) -> None:
    now = hub.now()
    with hub.store.write() as conn:
        if leases.give_back(conn, keys, owner) != len(keys):
            raise LeaseLostError("another worker took over; nothing of this group was written")
        batch.apply(conn, hub.store)
        inbox.finish(conn, done, now)
        # The lease of a failed key is kept: it runs out in seconds, which is the pause before the next try.
        for items in failed.values():
            inbox.fail(conn, items, "the turn failed", now)
    hub.waker.outbox()


class LeaseLostError(RuntimeError):
    """We were too slow."""
