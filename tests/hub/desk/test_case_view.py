"""Tests what a card shows."""

from core.desk.posts import PostCard
from core.people.conversations import CaseState, Proof
from core.shop.orders import Buyer
from storage.engine.store import Store
from tests.fakes import PHONE
from tests.hub.house import ANNA, House
from tests.storage.orders_sample import saved_order


def test_the_card_is_drawn_afresh_and_hides_contact_data(store: Store) -> None:
    house = House(store)
    saved_order(store, Buyer(id="c1", name="Jane Doe", phone=PHONE, locale="en", tier="vip"))
    house.hear("agent")
    house.texts()
    house.presses("case_claim")
    house.send()
    view = [view for post, view in zip(house.desk.posts, house.desk.views, strict=True) if isinstance(post, PostCard)][
        -1
    ]
    assert view is not None
    assert (view.state, view.claimed_by, view.customer, view.tier) == (CaseState.CLAIMED, ANNA, "Jane Doe", "vip")
    assert PHONE not in str(view)
    assert view.proof is Proof.CONTACT
    assert view.order is not None
    assert view.order.number == "1001"
    assert [turn.author for turn in view.turns] == ["customer", "bot", "bot"]
    assert view.window_closes_at is not None
