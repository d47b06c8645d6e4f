"""Makes an installation with customers who bought long ago, for the tests of campaigns."""

from datetime import timedelta

from core.shop.orders import Buyer, StreetAddress
from core.shop.store_events import OrderEvent
from hub.campaigns import making, steering
from hub.campaigns.making import Wanted
from storage.campaigns import campaigns
from storage.campaigns.campaigns import Campaign
from storage.engine.store import Store
from tests.hub.house import House
from tests.storage.orders_sample import order

SEGMENT = "orders.last_at < days_ago(90)"


def house(store: Store, number: int, *, marketing: bool = True) -> House:
    """Makes it, with so many customers, reached by SMS."""
    made = House(store)
    for n in range(number):
        bought(made, n, marketing=marketing)
    return made


def bought(made: House, n: int, *, marketing: bool = True, country: str = "GB", phone: str = "") -> None:
    """Makes a customer who bought something 100 days ago, and agreed to offers by SMS."""
    buyer = Buyer(
        id=f"c{n}",
        name=f"Jane Doe {n}",
        phone=phone or f"+4479112{n:05d}",
        locale="en",
        timezone="Europe/London",
        marketing=("sms",) if marketing else (),
    )
    placed = order(
        number=f"A{n}",
        placed_at=made.clock() - timedelta(days=100),
        buyer=buyer,
        shipping=StreetAddress("1 Main St", "", "London", "E1 6AN", "", country),
        shipments=(),
    )
    made.told(OrderEvent(external_id=f"evt-{n}", source="shop", at=made.clock(), kind="updated", order=placed))


def drafted(made: House, kind: str = "win_back", segment: str = SEGMENT, **more: object) -> Campaign:
    """Makes a campaign with its recipients written down."""
    campaign = making.create(made.hub, Wanted(kind, segment, "anna", **more))  # type: ignore[arg-type]
    return making.freeze(made.hub, campaign.id)


def approved(made: House, **more: object) -> str:
    """Makes a campaign that Ben has approved; its id."""
    id_ = drafted(made, **more).id  # type: ignore[arg-type]
    with made.store.write() as conn:
        steering.approve(made.hub, conn, id_, "ben", made.clock())
    return id_


def begun(made: House, **more: object) -> str:
    """Makes a campaign that runs; its id."""
    id_ = approved(made, **more)
    with made.store.write() as conn:
        steering.begin(made.hub, conn, id_, "ben", made.clock())
    return id_


def state(made: House, id_: str) -> tuple[str, str]:
    """Reads a campaign's state, and why it is paused."""
    with made.store.read() as conn:
        found = campaigns.by_id(conn, id_)
    assert found
    return found.state, found.reason


def counts(made: House, id_: str) -> dict[str, int]:
    """Counts a campaign's recipients by state."""
    with made.store.read() as conn:
        return campaigns.counts(conn, id_)
