"""How a return goes through the teams: its buttons on the case's card, in the warehouse's channel and in finance's."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from storage import tables
from tests.journeys.actors import Json, until
from tests.journeys.presses import presses
from tests.journeys.presses.team import Team, Waiting
from tests.journeys.wording import choice, constant, said

returns = tables.returns.c


@presses(
    "return_approve",
    "return_make_again",
    "return_received",
    "return_refund",
    "return_pay",
    "return_pay_again",
    "return_refund_again",
    "return_by_hand",
)
def a_return_goes_from_the_approval_to_the_money(team: Team) -> None:
    """Is approved, made at the second try, counted with a piece missing, and paid after the shop refused thrice."""
    desk, number = team.desk, "1004"  # an order of two cups that the shop knows, as it has to make the return
    desk.shop(number, "deliver")
    case = sends_back(team, "xiaoming-whatsapp", "王小明", number, "zh")
    desk.fault("store", "status", value=400)
    team.bea.press(case.root, "return_approve")
    case.card_shows("Approved by", "Try again")
    desk.heal()
    team.bea.press(case.root, "return_make_again")
    case.hears("R1004-1")
    is_now(team, number, "approved")

    post = team_post(team, "warehouse", "R1004-1")
    team.sam.press(post, "return_received")
    form = team.sam.form("return_received")
    assert form.refused(ok_0="7") == {"ok_0": "No more than 2 of these can still come."}
    form.submit(ok_0="1", missing_0="1")
    is_now(team, number, "inspected")
    team.bea.press(case.root, "return_refund")
    case.card_shows("waits for finance, asked for")
    post = team_post(team, "finance", "R1004-1")
    team.bea.press(post, "return_pay")
    team.bea.told("somebody else has to approve it")

    desk.fault("store", "refuse", value="the gateway is away")
    team.sam.press(post, "return_pay")
    refused(team, 1)
    team.sam.press(post, "return_pay_again")
    refused(team, 2)
    team.bea.press(case.root, "return_refund_again")
    refused(team, 3)
    desk.heal()
    team.bea.press(case.root, "return_by_hand")
    is_now(team, number, "completed")
    case.hears("已退款")
    case.card_shows("sent, approved by")


@presses("return_ask", "return_refuse")
def a_return_is_asked_about_and_refused(team: Team) -> None:
    """Asks for a photo in the customer's words, whose answer comes into the thread, and then refuses."""
    case = returning(team, "8302", "Refused Rex")
    team.bea.press(case.root, "return_ask")
    form = team.bea.form("return_ask")
    assert form.refused(what="other") == {"words": "Write what you want to ask."}
    form.submit(what="photo", words="From the side, please.")
    team.bea.told("Asked. The answer comes into the thread")
    case.hears("From the side, please.")
    case.says("I have no camera")
    team.bea.press(case.root, "return_refuse")
    form = team.bea.form("return_refuse")
    form.submit(why="too_late", words="We are sorry, Rex.")
    case.hears("We are sorry, Rex.")
    is_now(team, "8302", "refused")
    case.card_shows("Declined by")


@presses("return_exception", "return_call_off")
def an_exception_is_made_and_called_off(team: Team) -> None:
    """Asks once more where the policy speaks against it; what was approved is called off while nothing came."""
    case = returning(team, "8303", "Late Lou")
    team.desk.fault("store", "status", value=400)  # the shop does not take it, so it is only approved here
    with team.store_says("policies.yaml", "window_days: 30", "window_days: 1"):
        team.bea.press(case.root, "return_approve")
        asked = team.bea.told("Approve it as an exception?")
        team.bea.press(asked["ts"], "return_exception")
    is_now(team, "8303", "approved")
    case.card_shows("Approved by", "Try again")
    team.bea.press(case.root, "return_call_off")
    team.bea.told("Called off here. Nobody was told")
    is_now(team, "8303", "cancelled")
    team.desk.heal()


def returning(team: Team, number: str, name: str) -> Waiting:
    """Has a new customer send a cup back, which they got three days ago."""
    desk = team.desk
    phone = desk.meet(name=name)
    desk.sells(number, desk.phone(phone)["number"], name=name)
    arrived = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    shipment = {"id": f"s-{number}", "carrier": "DHL", "status": "delivered", "tracking_number": f"T{number}"}
    desk.reports("shipment.created", {"order_number": number, "shipment": {**shipment, "delivered_at": arrived}})
    return sends_back(team, phone, name, number, "en")


def sends_back(team: Team, phone: str, name: str, number: str, locale: str) -> Waiting:
    """Goes through the bot's questions; returns the case in which a person decides."""
    desk = team.desk
    desk.handled()
    desk.say(phone, {"en": f"I want to return order {number}", "zh": f"我想退货，订单 {number}"}[locale])
    if locale == "zh":  # the order of two
        desk.expect(phone, constant("utter_ask_quantity", locale))
        desk.say(phone, "2")
    desk.expect(phone, said("utter_ask_reason", locale))
    desk.press(phone, choice("utter_ask_reason", "changed_mind", locale))
    desk.expect(phone, said("utter_ask_resolution", locale))
    desk.press(phone, choice("utter_ask_resolution", "refund", locale))
    desk.expect(phone, constant("utter_ask_return_confirm", locale))
    desk.press(phone, choice("utter_ask_return_confirm", "yes", locale))
    desk.expect(phone, f"R{number}-1")
    return team.of_customer(phone, name)


def is_now(team: Team, number: str, state: str) -> None:
    """Waits until the return of that order stands so."""

    def kept() -> str:
        return str(team.desk.rows(select(returns.state).where(returns.order_number == number))[0][0])

    until(lambda: kept() == state, lambda: f"{state}; it is {kept()}, {team.desk.slack_told()}")


def refused(team: Team, times: int) -> None:
    """Waits until the shop has refused the money so often."""
    asked = (tables.outgoing.c.type == "doorstep.refund.issue", tables.outgoing.c.state == "refused")
    until(lambda: team.desk.count(tables.outgoing, *asked) == times, f"{times} refusals")


def team_post(team: Team, channel: str, words: str) -> str:
    """Waits for the message that a team has of the return; returns its ts."""

    def found() -> Json | None:
        known = next(each for each in team.desk.api("state")["slack"]["channels"] if each["name"] == channel)
        return next((message for message in known["messages"] if words in message["text"]), None)

    return str(until(found, lambda: f"{words} in #{channel}; {team.desk.slack_told()}")["ts"])
