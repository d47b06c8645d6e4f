"""Makes an installation with rules, and looks at what they did."""

import tempfile
from pathlib import Path
from typing import Any

import msgspec

from hub.notices import walk
from hub.rules.rounds import RULES
from notifications.rules.rule import Rules
from notifications.rules.rules_file import load_rules
from storage.engine.store import Store
from storage.rules.tables import rule_firings
from tests.fakes import shipped_notices, shipped_routing
from tests.hub.house import House

VIP_STUCK = """
rules:
  - id: vip_stuck
    on: [shipment.updated, timer]
    if: "customer.tier == 'vip' and parcel.status == 'in_transit' and parcel.hours_since_scan >= 48"
    once_per: parcel
    at_most: {times: 1, per: 7d}
    then:
      - notice: stuck
      - case: {reason: parcel_trouble, priority: high, team: support}
      - tag: vip_stuck
      - event: vip_stuck
"""


def rules(text: str) -> Rules:
    """Reads rules as the store writes them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rules.yaml"
        path.write_text(text, encoding="utf-8")
        return load_rules(path, shipped_notices().kinds, shipped_routing().teams)


def ruled(store: Store, text: str, **more: Any) -> House:
    """Makes an installation with these rules."""
    return House(store, notices=msgspec.structs.replace(shipped_notices(), rules=rules(text)), **more)


def look(house: House) -> int:
    """Asks the rules what time made true; returns how many fired."""
    return walk.visit(house.hub, [RULES], house.clock())


def fired(house: House) -> list[tuple[str, str, str]]:
    """Lists (rule, subject's id, state or what held it back) of all firings."""
    return [(row.rule, row.subject_id, row.reason or row.state) for row in house.rows(rule_firings)]


def did(house: House) -> list[dict[str, Any]]:
    """Lists what the deeds of all firings came to."""
    return [each for row in house.rows(rule_firings) for each in msgspec.json.decode(row.did)]
