"""A report says what followed a campaign: receipts, answers, stops, orders of the told and of the held out."""

from datetime import timedelta
from decimal import Decimal
from itertools import cycle

import pytest

from core.messages.inbound import ReceiptStatus
from core.people.addresses import Address
from core.shop.orders import Buyer
from core.shop.store_events import OrderEvent
from hub.campaigns import making, running, trial
from hub.campaigns.making import CampaignRefused, known
from hub.campaigns.previewing import preview
from hub.campaigns.report import report
from storage.campaigns.tables import recipients
from storage.engine.store import Store
from storage.people.tables import customers
from tests.hub.campaigns.segmented import begun, bought, drafted, house
from tests.hub.house import House
from tests.storage.orders_sample import order

MANY = 8


def phone(n: int) -> str:
    return f"+4479112{n:05d}"


@pytest.fixture
def shop(store: Store) -> House:
    """Makes a shop with some customers."""
    return house(store, MANY)


def made(shop: House, id_: str, hours: int = 72) -> dict[str, object]:
    with shop.store.read() as conn:
        return report(shop.hub, conn, known(conn, id_), timedelta(hours=hours))


def buys(shop: House, n: int, total: str) -> None:
    buyer = Buyer(id=f"c{n}", name="Jane", phone=phone(n))
    placed = order(number=f"B{n}", placed_at=shop.clock(), buyer=buyer, total=Decimal(total), shipments=())
    event = OrderEvent(external_id=f"buy-{n}", source="shop", at=shop.clock(), kind="created", order=placed)
    shop.told(event)


def test_what_followed_is_counted(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = cycle((True, False))
    monkeypatch.setattr(making, "is_held_out", lambda *_: next(turns))
    id_ = begun(shop, hold_out=50)
    running.look(shop.hub, id_, shop.clock())
    sent = [(sending.to.value, sending.correlation) for sending in [*_sent(shop)]]
    states = {row.customer_id: row.state for row in shop.rows(recipients)}
    number = {row.id: int(row.store_id[1:]) for row in shop.rows(customers)}
    told = sorted(number[id_] for id_, state in states.items() if state == "told")
    held = sorted(number[id_] for id_, state in states.items() if state == "held_out")
    assert sorted(value for value, _ in sent) == [phone(n) for n in told]
    shop.later(minutes=5)
    ids = [row.provider_id for row in shop.parts()]
    shop.receipt(ReceiptStatus.DELIVERED, Address("sms", "main", phone(told[0])), provider_id=ids[0])
    shop.hear("what is new?", to=Address("sms", "main", phone(told[0])))
    shop.hear("STOP", to=Address("sms", "main", phone(told[1])))
    buys(shop, told[0], "10.50")
    buys(shop, held[0], "7.25")
    shop.later(days=1)
    found = made(shop, id_)
    assert (found["delivered"], found["read"], found["replies"], found["opt_outs"]) == (1, 0, 2, 1)
    assert found["orders"] == {
        "days": 7,
        "told": {"customers": len(told), "buyers": 1, "orders": 1, "total": {"USD": "10.50"}},
        "held_out": {"customers": len(held), "buyers": 1, "orders": 1, "total": {"USD": "7.25"}},
    }
    assert made(shop, id_, hours=0)["replies"] == 0


def _sent(shop: House) -> list[object]:
    shop.send()
    return list(shop.channels["sms"].sent)


def test_a_preview_adds_up_without_anybodys_name(shop: House) -> None:
    bought(shop, 50, marketing=False)
    bought(shop, 51, phone="+12025550151")
    found = preview(shop.hub, drafted(shop, hold_out=0).id)
    assert found["counts"] == {"send": MANY + 1, "skip:no_consent": 1}
    assert (found["recipients"], found["held_out"]) == (MANY + 2, 0)
    assert (found["channels"], found["languages"]) == ({"sms": MANY + 1}, {"en": MANY + 1})
    assert found["sms_segments"] == found["messages"] == MANY + 1
    assert (found["cost"], found["unpriced"]) == ({"USD": "0.0083"}, MANY)  # the table has SMS to America alone
    assert not any("Jane Doe 0" in sample["text"] for sample in found["samples"])


def test_a_trial_goes_to_one_address_and_is_no_notice(shop: House) -> None:
    campaign = drafted(shop)
    id_, text = trial.send(shop.hub, campaign, "+447911299999", "anna")
    assert [text] == shop.texts("sms")
    assert shop.notices() == []
    assert id_ in {row.id for row in shop.messages()}


def test_a_trial_shows_what_is_true_of_none_of_the_recipients(shop: House) -> None:
    buys(shop, 0, "10.00")  # and is not missed any more
    campaign = drafted(shop, segment="customer.id == 'c0'")
    _, text = trial.send(shop.hub, campaign, "+447911299999", "anna")
    assert [text] == shop.texts("sms")


def test_a_trial_does_not_go_to_who_stopped(shop: House) -> None:
    campaign = drafted(shop)
    shop.hear("STOP", to=Address("sms", "main", phone(0)))
    with pytest.raises(CampaignRefused, match="nothing is sent there"):
        trial.send(shop.hub, campaign, phone(0), "anna")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("+44 7911 299999", "whatsapp:main:+447911299999 sms:main:+447911299999"),
        ("sms:+447911299999", "sms:main:+447911299999"),
        ("telegram:42", "telegram:main:42"),
        ("telegram:main:42", "telegram:main:42"),
    ],
)
def test_an_address_is_read_as_it_is_written(shop: House, said: str, meant: str) -> None:
    assert [address.key for address in trial.addresses_of(shop.hub, said)] == meant.split()
