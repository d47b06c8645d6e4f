"""Prints what an installation with one more kind of notice plans for a returned parcel, in each language."""

import json
from datetime import UTC, datetime
from pathlib import Path

from core.content.capabilities import Capabilities
from core.people.addresses import Address
from core.shop.returns import ReturnRecord, ReturnState
from core.shop.store_events import ReturnEvent
from notifications import Candidate, Change, Recipient, Send, Subject, load_policy, notices_due, plan
from notifications.planning.zones import Zones

CHANNELS = ("whatsapp", "messenger", "telegram", "sms")
PROVIDERS = ("whatsapp", "messenger", "twilio")
NOW = datetime(2026, 12, 2, 15, tzinfo=UTC)
ON_ITS_WAY, RECEIVED = ({"id": "r1", "order_number": "1001", "state": state} for state in ("in_transit", "received"))


def said(locale: str) -> str:
    """Returns the words of the notice that the return makes due."""
    returned = ReturnRecord("r1", "1001", ReturnState.RECEIVED)
    event = ReturnEvent(external_id="evt-1", source="shop", at=NOW, returned=returned)
    [notice] = notices_due(Change(event, Subject.RETURN, ON_ITS_WAY, RECEIVED, frozenset(), NOW))
    reached = Candidate(Address("telegram", "main", "42"), Capabilities("telegram", 4096), NOW)
    to = Recipient((reached,), "Jane Doe", locale, Zones(("America/New_York",)))
    decision = plan(notice, to, RECEIVED, NOW, load_policy(Path("config/store"), CHANNELS, PROVIDERS))
    assert isinstance(decision, Send)
    return decision.ways[0].message.text


if __name__ == "__main__":
    print(json.dumps({locale: said(locale) for locale in ("en", "zh")}))  # noqa: T201 - the test reads it
