"""Finds the templates by which an agent may reach a customer outside the reply window, with what they would read."""

import logging
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection

from core.messages.outbound import OutboundMessage, Speaker
from hub.customers.templated import candidate
from hub.desk.showing import known
from hub.hub import Hub
from notifications.by_hand import fitting
from notifications.facts import About
from notifications.notice import Subject
from notifications.planning.recipients import Recipient
from notifications.planning.zones import zone_candidates
from storage.conversations import timeline
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case
from storage.shop import returns

log = logging.getLogger(__name__)
LAST = 20  # lines among which a template is looked for that was sent


class Fitting(NamedTuple):
    """Holds a template by its kind of notice, filled in."""

    kind: str
    message: OutboundMessage


def found(hub: Hub, conn: Connection, case: Case, who: Conversation, now: datetime) -> list[Fitting]:
    """Lists the approved templates that say what is true of the case's order now; none where they need not."""
    channel, order = hub.channel(who.channel, who.account), known.orders_of(conn, case, who).about
    if channel is None or not channel.capabilities.templates or order is None:
        return []
    returned, refunds = returns.of_order(conn, order.number), returns.refunds_of(conn, order.number)
    about = [(Subject.ORDER, About(order=order), "")]
    about += [(Subject.RETURN, About(order=order, returned=each), each.id) for each in returned]
    about += [(Subject.REFUND, About(order=order, refund=each), "") for each in refunds[:1]]
    recipient = Recipient((), who.name, who.locale, zone_candidates(who.timezone, who.phone_number or ""))
    address = candidate(hub, conn, who)
    try:
        listed = list(fitting(hub.notices, about, recipient, address, now))
    except Exception:  # a kind of the store's own that fails must not take the news of a failed reply with it
        log.exception("templates could not be looked through", extra={"case": case.id})
        return []
    return [Fitting(kind, replace(message, speaker=Speaker.AGENT)) for kind, message in listed]


def was_sent(conn: Connection, who: Conversation, message: OutboundMessage) -> bool:
    """Tells whether the customer was sent these very words since they wrote last."""
    since = who.last_inbound_at
    lines = timeline.last(conn, who.id, LAST)
    return any(line.text == message.text and (since is None or line.at >= since) for line in lines)
