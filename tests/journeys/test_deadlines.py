"""A notice without a receipt until its deadline takes the next channel: once, whatever is killed around that moment."""

import time
from collections.abc import Iterator

import pytest

from storage import tables
from tests.journeys.actors import shown, until
from tests.journeys.conftest import QUICK
from tests.journeys.system import System, system

DEADLINE = 8  # seconds
PARCELS, KILLS = 5, 3
WORDS = "is out for delivery"
notices, promises = tables.notices.c, tables.promises.c


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system whose store waits for seconds, not hours."""
    with system(tmp_path_factory.mktemp("desk")) as made:
        kind = made.var / "store" / "notices" / "out_for_delivery"
        kind.mkdir(parents=True)
        (kind / "kind.yaml").write_text(f"deadline: {DEADLINE}s\n")
        made.run({**QUICK, "STORE_DIR": str(made.var / "store"), "SMS_RATE": "20"})
        yield made


def _told(desk: System, phone: str) -> int:
    return sum(WORDS in shown(bubble) for bubble in desk.answers(phone))


@pytest.mark.timeout(240)
def test_the_next_channel_follows_once_through_kills(desk: System) -> None:
    people = [desk.phones_of("whatsapp", "sms") for _ in range(PARCELS)]
    desk.fault("whatsapp", "no_receipts", times=PARCELS)
    for n, phones in enumerate(people):
        desk.sells(f"D{n}", desk.phone(phones["sms"])["number"], notify=["whatsapp", "sms"])
        shipment = {"id": "s1", "carrier": "DHL", "status": "out_for_delivery", "tracking_number": f"TD{n}"}
        desk.reports("shipment.updated", {"order_number": f"D{n}", "shipment": shipment})
    for phones in people:
        until(lambda here=phones["whatsapp"]: _told(desk, here) == 1, lambda: f"the news on WhatsApp; {desk.output()}")  # type: ignore[misc]
    time.sleep(DEADLINE - 3)  # until shortly before the deadline
    for _ in range(KILLS):
        desk.kill("clock")
        desk.kill("worker")
        time.sleep(2)  # the pace of the killing
    for phones in people:
        until(lambda here=phones["sms"]: _told(desk, here) >= 1, lambda: f"the news by SMS; {desk.output()}", 60)  # type: ignore[misc]
    desk.settled(60)
    time.sleep(DEADLINE)  # a second deadline would have come by now
    assert [(_told(desk, each["whatsapp"]), _told(desk, each["sms"])) for each in people] == [(1, 1)] * PARCELS
    numbers = [f"D{n}" for n in range(PARCELS)]
    of_kind = (notices.kind == "out_for_delivery", notices.order_number.in_(numbers))
    assert (
        desk.count(tables.notices, *of_kind) == desk.count(tables.notices, *of_kind, notices.state == "sent") == PARCELS
    )
    booked = (promises.order_number.in_(numbers), promises.purpose == "delivery")
    assert desk.count(tables.promises, *booked, promises.state == "open") == PARCELS
    told = desk.command("trace", "--order", "D0").stdout
    assert "whatsapp" in told
    assert "sms" in told
