"""Tests what service decides on a return, what the shop makes of it, and what the customer hears."""

from core.desk.events import Pressed
from core.errors import Outcome, SendError
from core.shop.shop_actions import Refusal, ShopAnswer, ShopStatus
from storage.desk.tables import audit, cases
from storage.engine.store import Store
from storage.shop import filed_returns
from tests.fakes import PLACE
from tests.hub.house import ANNA, BEN
from tests.hub.outgoing.asking import PENDING
from tests.hub.returns.asked import AtDesk

REFUSED = ShopAnswer(ShopStatus.REFUSED, why=Refusal.NOT_RETURNABLE)


def test_nothing_is_made_at_the_shop_before_somebody_approves(desk: AtDesk) -> None:
    assert desk.tracks == ("needs_review", "none", "none")
    assert desk.call() == 0
    assert desk.filed.case_id == desk.house.row(cases).id


def test_an_approval_makes_it_and_the_customer_hears_once(desk: AtDesk) -> None:
    desk.press("return_approve")
    desk.later()
    assert desk.heard() == []  # the shop may still refuse
    assert desk.call() == 1
    asked = desk.shop.asked[0]
    assert (asked.type, asked.subject) == ("doorstep.return.create", "return/R1001-1")
    assert asked.data["requested_by"] == "agent"
    assert asked.data["return"]["refund"] == {"amount": "99.80", "currency": "USD", "method": "original"}
    assert desk.tracks == ("approved", "none", "quoted")
    assert desk.filed.decided_by == ANNA
    desk.later()
    assert desk.heard() == ["return_approved"]
    desk.told("approved")  # the shop's own event follows
    desk.later()
    assert desk.heard() == ["return_approved"]
    assert "return_approve" in [row.action for row in desk.house.rows(audit)]


def test_the_warehouse_is_shown_what_comes_and_no_money(desk: AtDesk) -> None:
    desk.press("return_approve")
    assert desk.team_posts("warehouse") == []
    desk.call()
    (post,) = desk.team_posts("warehouse")
    assert post.shown is not None
    assert "1 × Leather boots, 42 (changed mind)" in post.shown.items
    assert post.shown.sums == ()
    assert [button.label for button in post.buttons] == ["Received"]


def test_of_two_agents_at_once_one_wins_and_the_other_is_told(desk: AtDesk) -> None:
    desk.press("return_approve", ANNA)
    desk.press("return_refuse", BEN, why="used")
    desk.press("return_approve", BEN)
    told = desk.answered()
    assert told == ["Anna approved this return already. It is approved now."] * 2
    assert desk.filed.decided_by == ANNA
    assert desk.call() == 1


def test_a_refusal_tells_why_in_the_customer_s_words(desk: AtDesk) -> None:
    desk.press("return_refuse", why="used", words="The sole is worn.")
    desk.later()
    assert desk.heard() == ["return_refused"]
    (words,) = [text for text in desk.house.texts() if "R1001-1" in text]
    assert "It has been used" in words
    assert "The sole is worn." in words
    assert desk.call() == 0
    desk.told("refused", id="R1001-1")
    desk.later()
    assert desk.heard() == ["return_refused"]


def test_the_shop_may_refuse_what_was_approved_and_nobody_was_promised_anything(desk: AtDesk) -> None:
    desk.shop.script.append(REFUSED)
    desk.press("return_approve")
    desk.call()
    desk.later()
    assert desk.tracks[0] == "needs_review"
    assert desk.filed.decided_by == ""
    assert desk.heard() == []
    assert any("does not make return R1001-1" in getattr(post, "text", "") for post in desk.house.posts())
    desk.press("return_approve", BEN)  # once more, by another id
    assert desk.call() == 1
    assert len({each.data["id"] for each in desk.shop.asked}) == 2
    assert desk.filed.decided_by == BEN


def test_what_the_shop_does_not_take_stays_to_be_seen_and_is_tried_again(desk: AtDesk) -> None:
    desk.shop.script.append(SendError(Outcome.CONTENT_REJECTED, "http_400"))
    desk.press("return_approve")
    desk.call()
    assert desk.tracks[0] == "approved"
    assert desk.heard() == []
    desk.press("return_make_again")
    assert desk.call() == 1
    first, again = desk.shop.asked
    assert first.data["id"] == again.data["id"]
    desk.later()
    assert desk.heard() == ["return_approved"]


def test_what_the_shop_took_is_told_when_its_event_shows_it(desk: AtDesk) -> None:
    desk.shop.script.append(PENDING)
    desk.press("return_approve")
    desk.call()
    desk.later()
    assert desk.heard() == []
    desk.told("approved", id="R1001-1")
    desk.later()
    assert desk.heard() == ["return_approved"]


def test_beyond_the_window_it_takes_an_exception_with_a_name(desk: AtDesk) -> None:
    desk.house.clock.advance(days=90)
    desk.press("return_approve")
    (asks,) = desk.house.ephemerals()
    assert "the window closed" in asks.text
    assert [button.label for button in asks.buttons] == ["Approve anyway"]
    assert desk.tracks[0] == "needs_review"
    desk.press("return_exception", BEN)
    assert desk.tracks[0] == "approved"
    assert ("UBEN", "return_exception") in [(row.actor, row.action) for row in desk.house.rows(audit)]


def test_pieces_that_another_return_has_cannot_be_approved_twice(store: Store) -> None:
    desk = AtDesk(store)
    desk.press("return_approve")
    desk.call()
    desk.file(reference="R1001-2")
    with store.read() as conn:
        newest = filed_returns.of_case(conn, desk.house.row(cases).id)[-1]
    ids = desk.house.fresh("ev"), desk.house.fresh("ts")
    desk.house.act(Pressed(ids[0], PLACE, ids[1], ids[1], BEN, "return_exception", newest.id, desk.house.clock()))
    assert any("This cannot be approved" in text for text in desk.answered())


def test_what_the_shop_decided_itself_is_drawn_and_awaited(desk: AtDesk) -> None:
    desk.told("approved", id="R1001-1")
    (post,) = desk.team_posts("warehouse")
    assert [button.label for button in post.buttons] == ["Received"]
    desk.press("return_approve")
    assert desk.answered() == ["The shop approved this return already. It is approved now."]
    assert desk.call() == 0
    desk.later()
    assert desk.heard() == ["return_approved"]


def test_the_agent_asks_the_customer_and_has_the_case_then(desk: AtDesk) -> None:
    desk.press("return_ask", what="photo", words="From the side, please.")
    told = desk.house.texts()
    assert any("Could you send a photo" in text and "From the side, please." in text for text in told)
    case = desk.house.row(cases)
    assert (case.state, case.claimed_by) == ("claimed", ANNA)
    assert desk.tracks[0] == "needs_review"


def test_an_approved_return_is_called_off_until_it_is_here(desk: AtDesk) -> None:
    desk.press("return_approve")
    desk.call()
    desk.told("received")
    desk.answered()
    desk.press("return_call_off")
    assert desk.answered() == ["The parcel is here already."]
    assert desk.tracks[0] == "approved"


def test_news_of_the_shop_that_are_older_take_nothing_back(desk: AtDesk) -> None:
    desk.press("return_approve")
    desk.call()
    desk.press("return_received", ok_0="1")
    desk.house.clock.advance(minutes=-1)
    desk.told("label_sent", label_url="https://labels.example/1")
    assert desk.filed.record.state == "inspected"
    assert desk.filed.record.label_url == "https://labels.example/1"
