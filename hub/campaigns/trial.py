"""Sends a campaign's message to one address, so that somebody reads it before anybody else does."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from core.messages.outbound import OutboundMessage
from core.people.addresses import Address, e164, provider_of
from core.people.consent import MARKETING, SERVICE, ConsentState
from hub.campaigns.making import CampaignRefused
from hub.campaigns.planning import plan_group
from hub.campaigns.previewing import groups
from hub.customers import newcomers
from hub.delivery.postings import enqueue, posting
from hub.hub import Hub
from hub.notices.planning import News, Planned
from notifications.campaigns.tally import SAMPLE_NAME
from notifications.planning.decisions import Send
from notifications.planning.explaining import explain
from notifications.planning.planner import plan
from notifications.planning.recipients import Candidate, Recipient
from notifications.store.policy import Policy
from storage.accounts import templates
from storage.campaigns.campaigns import Campaign
from storage.conversations import conversations, timeline
from storage.desk import audit
from storage.people import consents


def send(hub: Hub, campaign: Campaign, to: str, by: str, locale: str = "") -> tuple[str, str]:
    """Queues the message as the first recipient would read it, for somebody called Jane Doe; returns its id and words.

    It is no notice and counts nowhere. Whoever stopped messages gets none. Raises CampaignRefused.
    """
    now = hub.now()
    meant = addresses_of(hub, to)
    with hub.store.write() as conn:
        address, message = _message(hub, conn, campaign, meant, locale, now)
        newcomers.ensure(conn, hub.store, [(address, "")], now)
        where = conversations.by_keys(conn, [address.key])[address.key]
        id_ = enqueue(hub, conn, posting(where, message, timeline.NOTICE, now))
        audit.record(conn, hub.store, by[:64], "test", f"campaign:{campaign.id}", now)
    hub.waker.outbox()
    return id_, message.text


def addresses_of(hub: Hub, said: str) -> list[Address]:
    """Reads an address: sms:+12025550101, telegram:42, whatsapp:main:+12025550101; +12025550101 is one on every channel
    on which we may write first. Raises CampaignRefused.
    """
    channel, _, value = said.strip().partition(":")
    account, _, rest = value.partition(":")
    if (channel, account) in hub.channels and rest:
        return [Address(channel, account, rest)]
    if value and channel in hub.labels:
        found = hub.account_of(channel)
        if found is None:
            raise CampaignRefused(f"{channel} is switched off")
        return [Address(channel, found, e164(value) or value)]
    phone = e164(said)
    first = [key for key, each in hub.channels.items() if each.capabilities.writes_first]
    if phone is None or not first:
        raise CampaignRefused(f"{said} is no address; write a number like +12025550101, or telegram:42")
    return [Address(*key, phone) for key in first]


def _message(
    hub: Hub, conn: Connection, campaign: Campaign, meant: Sequence[Address], locale: str, now: datetime
) -> tuple[Address, OutboundMessage]:
    news, first = _first(hub, conn, campaign, now)
    candidates = tuple(_candidate(hub, conn, address) for address in meant)
    recipient = Recipient(candidates, SAMPLE_NAME, locale or hub.notices.shop.locale)
    decision = plan(news.notice, recipient, first.about, now, _for_trial(hub.notices, campaign.kind))
    if not isinstance(decision, Send):
        raise CampaignRefused(f"nothing is sent there: {explain(decision, hub.notices.shop.locale)}")
    return decision.ways[0].address, decision.ways[0].message


def _for_trial(policy: Policy, kind: str) -> Policy:
    """Makes the policy by which somebody of the store may read it at any hour, whatever is true of the recipient."""
    always = msgspec.structs.replace(policy.kinds[kind], still_true=lambda _view: True)
    shop = msgspec.structs.replace(policy.shop, quiet_hours={})
    return msgspec.structs.replace(policy, shop=shop, kinds={**policy.kinds, kind: always})


def _first(hub: Hub, conn: Connection, campaign: Campaign, now: datetime) -> tuple[News, Planned]:
    """Finds a recipient for whom there is something to say, whether they may be told or not."""
    ids = next(groups(conn, campaign.id), [])
    planned = plan_group(hub, conn, campaign, ids, now)
    for _, news, each in planned:
        if each.recipient:
            return news, each
    why = explain(planned[0][2].decision, hub.notices.shop.locale) if planned else "nobody is in its segment"
    raise CampaignRefused(f"there is nothing to send: {why}")


def _candidate(hub: Hub, conn: Connection, address: Address) -> Candidate:
    """Takes the address as one whose owner agreed, unless they stopped."""
    said = consents.state(conn, {(address.channel, address.value)})
    states = [said.get((address.channel, address.value, purpose), (True, "test")) for purpose in (SERVICE, MARKETING)]
    known = conversations.by_keys(conn, [address.key]).get(address.key)
    provider = provider_of(address.channel, address.account)
    return Candidate(
        address,
        hub.channels[address.channel, address.account].capabilities,
        known.last_inbound_at if known else None,
        tuple(ConsentState(purpose, *state) for purpose, state in zip((SERVICE, MARKETING), states, strict=True)),
        "" if provider == address.channel else provider,
        tuple(templates.of_channels(conn, [address.channel]).get((address.channel, address.account), ())),
    )
