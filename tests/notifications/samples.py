"""Makes orders, events, recipients and the shipped policy, for the tests of this folder."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from core.content.capabilities import Capabilities
from core.people.addresses import Address
from core.people.consent import MARKETING, SERVICE, ConsentState
from core.shop.orders import Buyer, Line, Order, OrderStatus, Shipment, ShipmentStatus, ShippedLine
from notifications import (
    About,
    Candidate,
    Change,
    EventFacts,
    Notice,
    Policy,
    Recipient,
    Subject,
    load_policy,
    notices_due,
)
from notifications.planning.zones import Zones

ROOT = Path(__file__).parents[2]
STORE = ROOT / "config" / "store"
CHANNELS = ("whatsapp", "messenger", "telegram", "sms")
PROVIDERS = ("whatsapp", "messenger", "twilio")
POLICY: Policy = load_policy(STORE, CHANNELS, PROVIDERS)
NOW = datetime(2026, 12, 2, 15, tzinfo=UTC)  # 10:00 in New York
PHONE = "+12025550101"
HOUR = timedelta(hours=1)

LIMITS = {
    "whatsapp": Capabilities("whatsapp", 4096, window_hours=24, writes_first=True, templates=True),
    "messenger": Capabilities("messenger", 2000, window_hours=24, templates=True),
    "telegram": Capabilities("telegram", 4096, text_unit="utf16"),
    "sms": Capabilities("sms", 1600, writes_first=True),
}
VALUES = {"whatsapp": PHONE, "messenger": "24601", "telegram": "42", "sms": PHONE}


def order(**changes: Any) -> Order:
    plain = Order(
        number="1001",
        placed_at=datetime(2026, 12, 1, 9, 58, tzinfo=UTC),
        status=OrderStatus.PAID,
        currency="USD",
        total=Decimal("149.80"),
        buyer=Buyer(id="c1", name="Jane Doe", phone=PHONE, locale="en", timezone="America/New_York"),
        lines=(Line("l1", "Leather boots"),),
        promised_by=date(2026, 12, 8),
    )
    return msgspec.structs.replace(plain, **changes)


def parcel(**changes: Any) -> Shipment:
    plain = Shipment(
        id="s1",
        status=ShipmentStatus.IN_TRANSIT,
        carrier="DHL",
        tracking_number="JD0001",
        tracking_url="https://track.example/JD0001",
        lines=(ShippedLine("l1", 1),),
        eta=date(2026, 12, 5),
    )
    return msgspec.structs.replace(plain, **changes)


def due(
    before: Order | None,
    after: Order,
    told: Iterable[str] = (),
    age: timedelta = timedelta(0),
    kinds: Iterable[str] = ("delay", "shipped"),
) -> list[Notice]:
    """Lists what a shipment event (an order event for an order without parcels) makes due of `kinds`."""
    event = EventFacts("shipment.updated" if after.shipments else "order.updated", "shop")
    was = About(order=before) if before else None
    change = Change(
        event, NOW - age, Subject.ORDER, was, About(order=after), dict.fromkeys(told, True), POLICY.when(NOW)
    )
    return notices_due(change, {name: POLICY.kinds[name] for name in kinds})


def keys(notices: list[Notice]) -> list[str]:
    return [notice.key for notice in notices]


def candidate(
    channel: str,
    wrote: timedelta | None = None,
    *,
    service: bool | None = None,
    marketing: bool | None = None,
    **more: Any,
) -> Candidate:
    """Makes an address; `wrote` says how long before NOW the customer wrote there."""
    said = ((SERVICE, service), (MARKETING, marketing))
    return Candidate(
        Address(channel, more.pop("account", "main"), more.pop("value", VALUES[channel])),
        LIMITS[channel],
        NOW - wrote if wrote is not None else None,
        tuple(ConsentState(purpose, granted, "order:1001") for purpose, granted in said if granted is not None),
        **more,
    )


def recipient(*candidates: Candidate, **changes: Any) -> Recipient:
    plain = Recipient(candidates, "Jane Doe", "en", Zones(("America/New_York",)))
    return msgspec.structs.replace(plain, **changes)


def shipped_notice() -> tuple[Notice, Order]:
    """Makes a shipped notice and its order."""
    after = order(shipments=(parcel(),))
    return due(order(), after)[0], after
