"""Finds whom a notice reaches: a customer's conversations and number, with what they allowed on each.

Many are looked up together: each table is asked once for a group of store events, or of a campaign's customers.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from core.people.addresses import Address, canonical, provider_of
from core.people.consent import MARKETING, SERVICE, ConsentState
from core.people.conversations import window_open
from core.people.preferences import Preference
from core.ports.templates import TemplateState
from core.shop.orders import Order
from hub.customers.first_contact import by_number
from hub.customers.identity import ORDER_PROOF
from hub.hub import Hub
from notifications.planning.caps import Past
from notifications.planning.recipients import Candidate, Recipient
from notifications.planning.zones import zone_candidates
from storage.accounts import templates
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.notices.sent import sent_lately
from storage.people import consents, merges, preferences, proof_attempts
from storage.people.addresses import AddressRow
from storage.people.customers import Customer

Templates = Mapping[tuple[str, str], Sequence[TemplateState]]
Consents = Mapping[tuple[str, str, str], tuple[bool, str]]


@dataclass(frozen=True)
class Reach:
    """Holds where a customer is reached about an order: conversations in use by key, and the addresses to try.

    `seen` gives the last message that came from each address, None where none did.
    """

    customer: Customer
    phone: str
    opened: Mapping[str, Conversation]
    own: Sequence[AddressRow]
    seen: Mapping[Address, datetime | None]


def recipient_for(hub: Hub, conn: Connection, customer: Customer, order: Order | None) -> Recipient:
    """Returns one customer as the planner takes them."""
    return recipients(hub, conn, [(customer, order)], hub.now())[0][0]


def recipients(
    hub: Hub,
    conn: Connection,
    wanted: Sequence[tuple[Customer, Order | None]],
    now: datetime,
    kinds: Collection[str] | None = None,
) -> list[tuple[Recipient, Mapping[str, Conversation]]]:
    """Returns recipients of notices, each about an order or none, with their conversations in use by key.

    What they were sent lately is read for the caps of these kinds; of all where none are named.
    """
    reached = _reached(hub, conn, wanted)
    aliases: dict[tuple[str, str], set[str]] = {}
    for each in reached:
        for subject, more in _aliases(each).items():
            aliases.setdefault(subject, set()).update(more)
    subjects = {(address.channel, address.value) for each in reached for address in each.seen}
    allowed = consents.state(conn, subjects, aliases)
    stated = templates.of_channels(conn, {channel for each in reached for channel in _without_window(hub, each, now)})
    recent = _recent(hub, conn, {each.customer.id for each in reached}, kinds, stated, now)
    return [(_recipient(hub, each, allowed, stated, recent.get(each.customer.id, ())), each.opened) for each in reached]


def _recent(
    hub: Hub,
    conn: Connection,
    people: Collection[str],
    kinds: Collection[str] | None,
    stated: Templates,
    now: datetime,
) -> Mapping[str, Sequence[Past]]:
    """Reads what they were sent lately, as far as any cap of these kinds counts it; nothing where there is none.

    A kind whose template the provider counts as marketing may have to keep those caps too.
    """
    policy = hub.notices
    asked = policy.kinds if kinds is None else kinds
    caps = [each for kind in asked for each in policy.caps_of(kind)]
    counted = {each.name for states in stated.values() for each in states if each.category == MARKETING}
    as_marketing = [kind for kind in asked if policy.templates.by_any(kind, counted)]
    caps += [each for kind in as_marketing for each in policy.shop.caps_of(kind, MARKETING)]
    if not caps:
        return {}
    found: dict[str, list[Past]] = {}
    since = now - max(cap.length for _, cap in caps)
    for each in sent_lately(conn, people, {sort for sort, _ in caps}, since):
        past = Past(each.business_key, each.kind, each.category, each.at)
        found.setdefault(each.customer_id, []).append(past)
    return found


def _reached(hub: Hub, conn: Connection, wanted: Sequence[tuple[Customer, Order | None]]) -> list[Reach]:
    phones = [_number(customer, order) for customer, order in wanted]
    rows, spoken = conversations.around(conn, {customer.id for customer, _ in wanted}, {*phones} - {""})
    of_customer: dict[str, list[AddressRow]] = {}
    of_number: dict[str, set[str]] = {}
    for row in rows:
        of_customer.setdefault(row.customer_id, []).append(row)
        if row.phone and row.address.phone:
            of_number.setdefault(row.phone, set()).add(row.home or row.key)
    in_use = [conversation for conversation in spoken if conversation.in_use]
    owned: dict[str, list[Conversation]] = {}
    for conversation in in_use:
        owned.setdefault(conversation.customer_id, []).append(conversation)
    by_key = {conversation.key: conversation for conversation in in_use}
    found = []
    for (customer, order), phone in zip(wanted, phones, strict=True):
        numbered = [by_key[key] for key in sorted(of_number.get(phone, ())) if key in by_key]
        all_ = {each.key: each for each in (*owned.get(customer.id, ()), *numbered)}
        opened = _limited(conn, customer, order, phone, all_)
        people = sorted({customer.id, *(each.customer_id for each in opened.values())})
        own = [row for id_ in people for row in of_customer.get(id_, ()) if (row.home or row.key) in opened]
        found.append(Reach(customer, phone, opened, own, _seen(hub, phone, opened, own)))
    return found


def _number(customer: Customer, order: Order | None) -> str:
    """Returns the number for an order: a guest's is the one in that order, an account's the store's newest."""
    told = canonical(order.buyer.phone) if order else ""
    return (told if order and told and not order.buyer.id else customer.phone or told) or ""


def _limited(
    conn: Connection, customer: Customer, order: Order | None, phone: str, found: Mapping[str, Conversation]
) -> Mapping[str, Conversation]:
    """Keeps the conversations in which this order may be spoken of.

    A customer who proved one order is told of that one only: a number typed at a checkout may be another person's.
    """
    others = [c for c in found.values() if not (phone and c.phone_number == phone)]
    if not others:
        return found
    by_proof = merges.conversations_by(conn, customer.id, ORDER_PROOF)
    numbers = {c.phone_number for c in others if c.id in by_proof and c.phone_number}
    is_guests = order is not None and not order.buyer.id and customer.store_id is not None
    limited = {c.key for c in others if c.id in by_proof or c.phone_number in numbers or (is_guests and c.phone_number)}
    proved = proof_attempts.proved(conn, order.number) if order and limited else set()
    return {key: c for key, c in found.items() if key not in limited or c.id in proved}


def _seen(
    hub: Hub, phone: str, opened: Mapping[str, Conversation], own: Sequence[AddressRow]
) -> Mapping[Address, datetime | None]:
    """Finds the addresses to try, without dead ones: of the conversations, and of the number where it has none."""
    seen = {conversation.address: conversation.last_inbound_at for conversation in opened.values()}
    numbered = {(row.channel, row.account, row.number) for row in own}  # these have the number already, by whatever id
    for address in by_number(hub, phone):
        if (address.channel, address.account, address.phone) not in numbered:
            seen[address] = None
    dead = {row.address for row in own if row.dead_at}
    spoken = hub.channels.keys()
    return {to: at for to, at in seen.items() if to not in dead and (to.channel, to.account) in spoken}


def _without_window(hub: Hub, reach: Reach, now: datetime) -> Iterator[str]:
    """Finds the channels on which only a template may be sent now: for these the templates' states are read."""
    for address, last_inbound in reach.seen.items():
        limits = hub.channels[address.channel, address.account].capabilities
        if limits.templates and not window_open(last_inbound, limits.window_hours, now):
            yield address.channel


def _aliases(reach: Reach) -> Mapping[tuple[str, str], Collection[str]]:
    """Returns (channel, value) -> the other addresses of the same conversation: a STOP at one counts for all."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in reach.own:
        if row.home:
            found.setdefault((row.channel, reach.opened[row.home].value), []).append(row.value)
    return found


def _recipient(hub: Hub, reach: Reach, allowed: Consents, stated: Templates, recent: Sequence[Past]) -> Recipient:
    customer = reach.customer
    wish = preferences.decode(customer.prefers)
    candidates = tuple(
        Candidate(
            address,
            hub.channels[address.channel, address.account].capabilities,
            last_inbound,
            tuple(
                ConsentState(purpose, *allowed[address.channel, address.value, purpose])
                for purpose in (SERVICE, MARKETING)
                if (address.channel, address.value, purpose) in allowed
            ),
            _reseller(address),
            tuple(stated.get((address.channel, address.account), ())),
        )
        for address, last_inbound in reach.seen.items()
    )
    return Recipient(
        candidates,
        customer.name,
        customer.spoken,
        zone_candidates(customer.timezone, reach.phone),
        prefers=wish.prefers if wish else Preference(),
        recent=tuple(recent),
    )


def _reseller(address: Address) -> str:
    provider = provider_of(address.channel, address.account)
    return "" if provider == address.channel else provider
