"""Makes rows of what flows want done: one function for each kind of effect."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from core.cases.case_reasons import spaced
from core.ids import new_id
from core.messages.outbound import OutboundMessage
from core.people.conversations import PROOF_LIFETIME, Grant, Owner, Proof
from core.people.one_time_codes import SentCode
from core.people.preferences import Preference
from core.shop.promises import Promised, due_of
from core.shop.stock_alerts import StockAlert
from flows.engine.effects import (
    AllowNews,
    AwaitStock,
    Effect,
    EndStockAlert,
    GrantProof,
    Handoff,
    MakeChoice,
    OpenReturn,
    PreferNews,
    Promise,
    Rate,
    RecordCodeTry,
    RecordProofAttempt,
    Redact,
    Say,
    Schedule,
    SendCode,
    ShopRequest,
    StopMessages,
    Track,
    Unschedule,
)
from flows.language.formats import forms
from hub.conversation.acting.consequences import CodeWanted, LowRated, NewsWished, OrderProved
from hub.conversation.acting.expecting import tell_wait
from hub.conversation.acting.triage import reason_of
from hub.conversation.turn import Turn
from hub.outgoing import choices, requests
from storage.conversations import flow_events
from storage.conversations.tables import flow_events as flow_events_table
from storage.desk import ratings
from storage.outgoing.tables import outgoing as outgoing_table
from storage.people import one_time_codes, proof_attempts
from storage.people.tables import one_time_codes as codes_table
from storage.people.tables import proof_attempts as proof_attempts_table
from storage.queues import waits
from storage.queues.tables import waits as waits_table
from storage.shop import stock_alerts
from storage.shop.tables import returns as returns_table
from storage.shop.tables import stock_alerts as alerts_table

FOREVER = timedelta(days=3650)
RATING_COUNTS = timedelta(hours=48)
SHORT_MENU = 9  # the longest that every channel with menus shows on one page


def perform(turn: Turn, effect: Effect) -> None:
    """Makes the rows of one effect."""
    PERFORMERS[type(effect)](turn, effect)


def _say(turn: Turn, effect: Say) -> None:
    message = OutboundMessage(
        effect.text,
        effect.options,
        effect.menu_title,
        effect.link,
        effect.link_title,
        request=effect.request,
        request_title=effect.request_title,
        link_preview=effect.link_preview,
    )
    if len(effect.options) > SHORT_MENU:
        message = msgspec.structs.replace(message, more_title=turn.hub.say("menu_more", turn.locale or "en"))
    turn.say(message, flow=effect.flow, response=effect.key)


def _hand_off(turn: Turn, effect: Handoff) -> None:
    summary = " ".join(filter(None, (effect.summary, turn.carried)))
    is_new = not turn.case_id
    reason = reason_of(turn, effect.reason)
    case_id = turn.open_case(reason, summary, details=effect.details, intent=effect.intent)
    # Without a desk nobody would ever answer: the case is kept, the bot goes on.
    if turn.hub.has_desk:
        turn.owner = Owner.AGENT
        if is_new and turn.expected.opened is not None:
            tell_wait(turn, turn.expected.opened, case_id)


def _promise(turn: Turn, effect: Promise) -> None:
    """Notes a day that the words of this turn may tell."""
    zone = turn.zone
    reader = turn.hub.flows.responses.reader({}, turn.session.locale if turn.session else "en", zone, turn.now)
    promised = Promised(
        effect.purpose,
        effect.matter,
        due_of(effect.on, ZoneInfo(zone)),
        effect.source,
        effect.order_number,
        effect.matter_id,
        effect.on,
        zone,
        effect.is_whole,
    )
    turn.expected.promise(promised, (*forms(effect.on, reader), *effect.said))


def _grant(turn: Turn, effect: GrantProof) -> None:
    until = turn.now + PROOF_LIFETIME.get(effect.level, FOREVER)
    turn.grants.append(Grant(effect.level, effect.order_number, until))
    turn.batch.after(OrderProved(turn.conversation, effect.order_number))


def _record_proof_attempt(turn: Turn, effect: RecordProofAttempt) -> None:
    turn.proof_attempts.append((effect.order_number, effect.ok))
    turn.batch.insert(
        proof_attempts_table, proof_attempts.row(turn.conversation.id, effect.order_number, effect.ok, turn.now)
    )


def _send_code(turn: Turn, effect: SendCode) -> None:
    id_ = new_id(turn.now)
    turn.codes.insert(0, SentCode(id_, effect.order_number, effect.way, turn.now))
    turn.batch.insert(
        codes_table, one_time_codes.row(id_, turn.conversation.id, effect.order_number, effect.way, turn.now)
    )
    locale = turn.session.locale if turn.session else turn.locale
    turn.batch.after(CodeWanted(id_, effect.order_number, effect.way, locale))


def _record_code_try(turn: Turn, effect: RecordCodeTry) -> None:
    turn.batch.update(one_time_codes.USED if effect.ok else one_time_codes.TRIED, {"row": effect.id})
    turn.tried_codes.append((effect.id, effect.ok))


def _await_stock(turn: Turn, effect: AwaitStock) -> None:
    wish = StockAlert(new_id(turn.now), effect.product_id, effect.variant_ids, turn.now, turn.conversation.id)
    turn.batch.insert(alerts_table, stock_alerts.row(wish, turn.customer_id))


def _end_stock_alert(turn: Turn, effect: EndStockAlert) -> None:
    turn.batch.update(stock_alerts.END, {"row": effect.id, "state_": effect.state.value, "at": turn.now})


def _make_choice(turn: Turn, effect: MakeChoice) -> None:
    """Tells the store at once, where it listens: nobody else keeps what was chosen."""
    if turn.hub.outlets.listener is not None:
        turn.batch.insert(outgoing_table, choices.row(turn.conversation.id, effect, turn.now))


def _stop_messages(turn: Turn, _effect: StopMessages) -> None:
    turn.record_consent(granted=False)
    turn.system("consent_stopped")


def _allow_news(turn: Turn, _effect: AllowNews) -> None:
    turn.record_consent(granted=True, source="order_status")


def _prefer_news(turn: Turn, effect: PreferNews) -> None:
    told = Preference(effect.channel, effect.not_between)
    turn.batch.after(NewsWished(turn.conversation, told, turn.cause))


def _open_return(turn: Turn, effect: OpenReturn) -> None:
    record = effect.record(turn.now)
    turn.returns.append(record)
    details = {"photos": effect.photos, "quote": effect.quote, **effect.details}
    case_id = None if effect.approved else _open_case(turn, effect)
    turn.batch.insert(
        returns_table,
        {
            "id": new_id(turn.now),
            "reference": effect.reference,
            "order_number": effect.order_number,
            "customer_id": turn.customer_id,
            "conversation_id": turn.conversation.id,
            "state": record.state.value,
            "resolution": effect.resolution,
            "lines": msgspec.json.encode(effect.lines).decode(),
            "details": msgspec.json.encode(details).decode(),
            "told": msgspec.json.encode(record).decode(),
            "case_id": case_id,
            "created_at": turn.now,
        },
    )


def _open_case(turn: Turn, effect: OpenReturn) -> str:
    told = {name: value for name, value in effect.details.items() if name != "items"}
    photos = [{"id": photo, "kind": "image"} for photo in effect.photos]
    return turn.open_case(effect.reason, _wanted(turn, effect), effect.order_number, {**told, "photos": photos})


def _wanted(turn: Turn, effect: OpenReturn) -> str:
    """Words what the customer wants, as in "Exchange R1001-1 for order 1001: 1 × Boots 42 → 43 (too small)", with
    the items as the flow words them, else as the order does."""
    items = effect.details.get("items") or "; ".join(_lines(turn, effect))
    return f"{spaced(effect.resolution)} {effect.reference} for order {effect.order_number}: {items}."


def _lines(turn: Turn, effect: OpenReturn) -> Iterator[str]:
    order = turn.find_order(effect.order_number)
    for each in effect.lines:
        line = order.line(each.line_id) if order else None
        title = ", ".join(filter(None, (line.title, line.label))) if line else f"line {each.line_id}"
        yield f"{each.quantity} × {title} ({spaced(each.reason).lower()})"


def _ask_shop(turn: Turn, effect: ShopRequest) -> None:
    given = [grant.level for grant in turn.grants if grant.order_number == effect.order_number]
    vouched = [Proof.CONTACT] if turn.phone else []
    row = requests.row(turn.hub, turn.conversation, effect, requests.best([*given, *vouched]), turn.now)
    turn.batch.insert(outgoing_table, row)


def _redact(turn: Turn, _effect: Redact) -> None:
    turn.redact()


def _schedule(turn: Turn, effect: Schedule) -> None:
    awaits = (effect.event, effect.about)
    turn.batch.insert(
        waits_table, waits.row(turn.conversation.id, effect.name, effect.key, effect.at, awaits, turn.now)
    )


def _unschedule(turn: Turn, effect: Unschedule) -> None:
    turn.batch.update(waits.REMOVE, {"place": turn.conversation.id, "key_": effect.key})


def _rate(turn: Turn, effect: Rate) -> None:
    """Keeps the score, for as long as the question counts; a low one brings the case back, once that is written."""
    given = {"conversation": turn.conversation.id, "kind_": effect.kind, "score_": effect.score, "at": turn.now}
    turn.batch.update(ratings.GIVE, {**given, "since": turn.now - RATING_COUNTS})
    if effect.is_low:
        turn.batch.after(LowRated(turn.conversation, effect.score))


def _track(turn: Turn, effect: Track) -> None:
    """Counts it; what happened to a flow is a row too, so that it is known where customers leave it."""
    turn.tracked.append(effect.name)
    if "flow" in effect.props:
        flow = turn.hub.flows.flows.get(effect.props["flow"])
        version = flow.version if flow else ""
        turn.batch.insert(
            flow_events_table, flow_events.row(turn.conversation.id, effect.name, effect.props, version, turn.now)
        )


PERFORMERS: dict[type, Callable[[Turn, Any], None]] = {
    Say: _say,
    Handoff: _hand_off,
    GrantProof: _grant,
    RecordProofAttempt: _record_proof_attempt,
    SendCode: _send_code,
    AwaitStock: _await_stock,
    EndStockAlert: _end_stock_alert,
    MakeChoice: _make_choice,
    StopMessages: _stop_messages,
    AllowNews: _allow_news,
    PreferNews: _prefer_news,
    RecordCodeTry: _record_code_try,
    OpenReturn: _open_return,
    ShopRequest: _ask_shop,
    Redact: _redact,
    Schedule: _schedule,
    Unschedule: _unschedule,
    Rate: _rate,
    Track: _track,
    Promise: _promise,
}
