"""Tests what the desk shows of a return, and the forms that ask for more."""

import dataclasses
from collections.abc import Mapping

from core.cases.routing import Routing
from core.desk.events import Pressed
from core.desk.forms import Field, Form
from core.desk.posts import PostErased, PostReturn
from core.errors import Outcome, SendError
from core.shop.returns import ReturnedLine
from hub.customers import erasing
from hub.desk.form import Look
from hub.desk.forms import FORMS
from hub.desk.returns import view
from hub.store_folder import Shelf
from storage.engine.store import Store
from tests.fakes import shipped_folder
from tests.hub.returns.asked import AtDesk

TWO_LINES = (ReturnedLine("l1", 1, "damaged"), ReturnedLine("l2", 3, "changed_mind"))


def looked(desk: AtDesk, button: str, values: Mapping[str, str] | None = None) -> tuple[Form | None, dict[str, str]]:
    """Opens a form, and checks what is filled in."""
    pressed = Pressed("e", "C", "t", "t", "UANNA", button, desk.filed.id, desk.house.clock(), values or {})
    with desk.house.store.read() as conn:
        look = Look(conn, pressed, desk.house.clock())
        return FORMS[button].draw(look), dict(FORMS[button].check(look)) if values else {}


def test_the_card_says_what_the_policy_says_and_what_it_comes_to(desk: AtDesk) -> None:
    with desk.house.store.read() as conn:
        (shown,) = view.of_case(desk.house.hub, conn, desk.filed.case_id, desk.house.clock())
    glance = shown.glance
    assert glance.title == "Refund R1001-1 · order 1001"
    assert any(each.startswith("✅ Leather boots: within the window") for each in glance.policy)
    assert any(each.startswith("👤") for each in glance.policy)
    assert ("To refund", "99.80 USD") in glance.sums
    assert [button.label for button in shown.buttons] == ["Approve", "Refuse", "Ask"]


def test_the_form_asks_for_each_line_by_its_condition(store: Store) -> None:
    desk = AtDesk(store, lines=TWO_LINES)
    desk.press("return_exception")
    desk.call()
    form, _ = looked(desk, "return_received")
    assert form is not None
    fields = [each for each in form.items if isinstance(each, Field)]
    assert [(each.id, each.value) for each in fields if each.value] == [("ok_0", "1"), ("ok_1", "3")]
    assert len(fields) == 8


def test_what_cannot_be_is_said_in_the_form(store: Store) -> None:
    desk = AtDesk(store, lines=TWO_LINES)
    desk.press("return_exception")
    desk.call()
    for values, wrong in (
        ({"ok_0": "one"}, {"ok_0": "Write a number: 0, 1, 2 …"}),
        ({"ok_1": "3", "missing_1": "1"}, {"ok_1": "No more than 3 of these can still come."}),
        ({"ok_0": "0", "ok_1": ""}, {"ok_0": "Write at least one piece."}),
        ({"ok_1": "2", "damaged_1": "1"}, {}),
    ):
        assert looked(desk, "return_received", values)[1] == wrong


def test_a_form_is_not_opened_for_what_is_decided(desk: AtDesk) -> None:
    assert looked(desk, "return_refuse")[0] is not None
    assert looked(desk, "return_received")[0] is None
    assert looked(desk, "return_ask", {"what": "other", "words": " "})[1] == {"words": "Write what you want to ask."}
    desk.press("return_approve")
    assert looked(desk, "return_refuse")[0] is None
    assert looked(desk, "return_ask")[0] is None


def test_without_a_channel_of_its_own_the_warehouse_is_shown_it_in_the_thread(desk: AtDesk) -> None:
    folder = dataclasses.replace(shipped_folder(), routing=Routing())
    desk.house.hub = dataclasses.replace(desk.house.hub, shelf=Shelf(lambda: folder))
    desk.press("return_approve")
    desk.call()
    (post,) = desk.team_posts("warehouse")
    assert post.buttons
    with desk.house.store.write() as conn:
        erasing.erase(desk.house.hub, conn, desk.filed.customer_id, desk.house.clock())
    gone = [post for post in desk.house.posts() if isinstance(post, PostErased)]
    assert gone
    assert all(post.place and not post.file for post in gone)


def test_a_team_s_message_that_is_gone_is_posted_anew(desk: AtDesk) -> None:
    desk.press("return_approve")
    desk.call()
    (first,) = desk.team_posts("warehouse")
    assert first.message == ""
    desk.told("in_transit")
    desk.house.desk.script.append(SendError(Outcome.ADDRESS_DEAD, "message_not_found", scope="thread"))
    desk.house.desk.script.append(SendError(Outcome.ADDRESS_DEAD, "message_not_found", scope="thread"))
    again = [post for post in desk.house.posts() if isinstance(post, PostReturn)]
    assert again
    assert again[-1].message == ""
