"""Tests that a kind of notice is one folder, found by being there, with its code and its texts."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.shop.orders import Buyer, Order
from core.shop.store_events import OrderEvent
from notifications import KINDS, Change, Subject, notices_due
from tests.notifications.samples import NOW, ROOT, order, parcel

ADDED = Path(__file__).parent / "fixtures" / "kinds" / "back_again"


def test_a_folder_adds_a_kind_of_notice(tmp_path: Path) -> None:
    house = shutil.copytree(ROOT / "notifications", tmp_path / "notifications", ignore=lambda *_: {"__pycache__"})
    shutil.copytree(ADDED, house / "kinds" / ADDED.name)
    script = ROOT / "tests" / "notifications" / "plan_a_return.py"
    path = {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    run = subprocess.run([sys.executable, str(script)], cwd=ROOT, env=path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == {
        "en": "Your parcel r1 of order 1001 is back with Northwind.",
        "zh": "您寄回的包裹 r1（订单 1001）已到达 Northwind。",
    }


@pytest.mark.parametrize("subject", [Subject.RETURN, Subject.REFUND, Subject.CUSTOMER, Subject.STOCK])
def test_kinds_hear_of_their_own_subject_only(subject: Subject) -> None:
    after: Order | Buyer = order(shipments=(parcel(),))
    event = OrderEvent(external_id="evt-1", source="shop", at=NOW, kind="updated", order=order())
    assert notices_due(Change(event, Subject.ORDER, None, after, frozenset(), NOW))
    assert not notices_due(Change(event, subject, None, after, frozenset(), NOW))


def test_every_kind_names_its_subject() -> None:
    assert {name: kind.subject for name, kind in KINDS.items()} == {
        "delay": Subject.ORDER,
        "shipped": Subject.ORDER,
        "holiday_cutoff": Subject.CUSTOMER,
    }
