"""Reads what a case's card shows, afresh for each drawing."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.cases.case_reasons import spaced
from core.cases.sla import AIMS
from core.desk.card import CaseView
from core.desk.glances import DueGlance, FileGlance, TurnGlance
from core.messages.quotes import glance
from core.people.addresses import canonical, mask
from core.people.conversations import PROOF_RANK, CaseState, Priority, Proof
from core.shop.orders import Order
from hub.desk import buttons
from hub.desk.returns import view
from hub.desk.showing import details, known
from hub.hub import Hub
from hub.media import attachments
from storage.conversations import conversations, quotes, timeline
from storage.conversations.conversations import Conversation
from storage.desk import clocks
from storage.desk.cases import Case
from storage.media import files
from storage.shop import tags

LAST_TURNS, LAST_FILES = 8, 5


def case_view(hub: Hub, conn: Connection, case: Case) -> CaseView:
    """Returns the view of a case, with contact data masked. Raises LookupError for one without a conversation."""
    who = conversations.by_id(conn, case.conversation_id)
    if who is None:
        raise LookupError(f"case {case.number} has no conversation")
    about = known.orders_of(conn, case, who)
    order, others = about.about, about.others[: known.MOST]
    asked = view.of_case(hub, conn, case.id, hub.now()) if order or others else ()
    channel = hub.channel(who.channel, who.account)
    hours = channel.capabilities.window_hours if channel else None
    return CaseView(
        case_id=case.id,
        number=case.number,
        state=CaseState(case.state),
        reason=case.reason,
        customer=who.name or mask(who.value),
        channel=who.channel,
        address=mask(who.value),
        proof=_proof(who, order),
        opened_at=case.opened_at,
        locale=who.locale,
        tier=who.tier,
        summary=case.summary,
        claimed_by=case.claimed_by or "",
        order=known.glance(order, is_meant=about.is_meant) if order else None,
        orders=tuple(map(known.glance, others)),
        more_orders=len(about.others) - len(others),
        turns=_turns(conn, case),
        returns=known.returns_of(conn, (*filter(None, (order,)), *others), besides=asked),
        window_closes_at=who.last_inbound_at + timedelta(hours=hours) if hours and who.last_inbound_at else None,
        wakes_at=case.wakes_at,
        waits_for=case.waits_for,
        files=_files(hub, conn, who, case),
        buttons=buttons.on_card(case.id, CaseState(case.state)),
        priority=Priority(case.priority),
        team=case.team,
        tags=tuple(dict.fromkeys((*case.tags, *_tags(conn, who, case, order)))),
        details=details.glances(hub, conn, case),
        asked_returns=asked,
        past=known.past(conn, case),
        consents=known.consents_of(conn, who),
        due=_due(conn, case),
        page=hub.talk_link(who.id),
    )


def _tags(conn: Connection, who: Conversation, case: Case, order: Order | None) -> tuple[str, ...]:
    """Returns the tags on the customer, and on the order with its parcels and returns."""
    return tags.about(conn, {who.customer_id, case.customer_id}, {order.number} if order else ())


def _due(conn: Connection, case: Case) -> tuple[DueGlance, ...]:
    """Returns until when somebody has to answer, and to be done; a clock that rests counts to no time."""
    running = {clock.metric: clock for clock in clocks.running(conn, [case.id]).get(case.id, [])}
    shown = (running[metric] for metric in AIMS if metric in running)
    return tuple(DueGlance(clock.metric, clock.due_at, clock.is_late) for clock in shown if clock.due_at)


def _files(hub: Hub, conn: Connection, who: Conversation, case: Case) -> tuple[FileGlance, ...]:
    """Returns the customer's newest files, also from before the case, without those of its details."""
    found = files.last(conn, who.customer_id, who.id, LAST_FILES, besides=attachments.DESK)
    told, until = details.file_ids(case), _until(case)
    shown = [each for each in found if each.id not in told and (until is None or each.created_at <= until)]
    return attachments.glances(hub, shown, hub.now())


def _until(case: Case) -> datetime | None:
    """Returns until when the card shows what the customer sent: nothing of a blocked customer's is shown any more."""
    return case.resolved_at if case.state == CaseState.SPAM else None


def _turns(conn: Connection, case: Case) -> tuple[TurnGlance, ...]:
    """Returns what was said last, each with what it points at; that is read only where something does."""
    lines = timeline.last(conn, case.conversation_id, LAST_TURNS, _until(case))
    found = quotes.pointed_at(conn, case.conversation_id, {line.reply_to for line in lines if line.reply_to})
    return tuple(
        TurnGlance(
            quotes.written_by(line.author),
            line.text or f"[{spaced(line.attachments or '')}]",
            line.at,
            glance(found.get(line.reply_to or ""), line.quoted) if line.reply_to or line.quoted else None,
        )
        for line in lines
    )


def _proof(who: Conversation, order: Order | None) -> Proof:
    levels = [grant.level for grant in who.grants]
    if order and who.phone_number and who.phone_number == canonical(order.buyer.phone):
        levels.append(Proof.CONTACT)
    return max(levels, key=PROOF_RANK.__getitem__, default=Proof.NONE)
