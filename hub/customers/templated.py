"""Makes what is said of a case by an approved template, where the reply window of its customer is closed."""

from sqlalchemy import Connection

from core.messages.outbound import OutboundMessage, Speaker
from core.people.addresses import provider_of
from core.people.consent import MARKETING, SERVICE, ConsentState
from core.people.names import first_name
from hub.hub import Hub
from notifications.desk_templates import fill
from notifications.planning.decisions import Reason
from notifications.planning.recipients import Candidate
from storage.accounts import templates
from storage.conversations.conversations import Conversation
from storage.people import consents


def said(hub: Hub, conn: Connection, who: Conversation, kind: str, case_number: int) -> OutboundMessage | Reason:
    """Returns the message, with its words as we keep them, or why it may not be sent."""
    if (who.channel, who.account) not in hub.channels:
        return Reason.CHANNEL_OFF
    if who.dead_at:
        return Reason.NO_ADDRESS
    values = {"shop": hub.notices.shop.name, "name": first_name(who.name), "case": str(case_number)}
    filled = fill(hub.notices, kind, candidate(hub, conn, who), who.locale, values)
    if isinstance(filled, Reason):
        return filled
    words = hub.say(f"template_{kind}", filled.locale, item=values)
    return OutboundMessage(words, template=filled.call, speaker=Speaker.SYSTEM)


def candidate(hub: Hub, conn: Connection, who: Conversation) -> Candidate:
    """Returns the customer's address there, with what they allowed and the templates that the provider has."""
    kept = consents.state(conn, {(who.channel, who.value)})
    allowed = [(each, kept.get((who.channel, who.value, each))) for each in (SERVICE, MARKETING)]
    provider = provider_of(who.channel, who.account)
    return Candidate(
        who.address,
        hub.channels[who.channel, who.account].capabilities,
        who.last_inbound_at,
        tuple(ConsentState(purpose, *entry) for purpose, entry in allowed if entry),
        "" if provider == who.channel else provider,
        tuple(templates.of_channels(conn, {who.channel}).get((who.channel, who.account), ())),
    )
