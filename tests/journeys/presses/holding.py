"""Who has a case, and how it rests and ends: the buttons of its card."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from core.people.conversations import CaseState
from storage import tables
from tests.journeys.actors import until
from tests.journeys.presses import presses
from tests.journeys.presses.team import Team
from tests.journeys.wording import said


@presses("case_claim", "case_take_over", "case_assign", "case_release")
def a_case_goes_from_hand_to_hand(team: Team) -> None:
    """Is taken, taken over, given back, and offered again."""
    case = team.waiting("Handy Hal")
    team.bea.press(case.root, "case_claim")
    case.hears(said("agent_joined", agent="Bea"))
    case.is_now(CaseState.CLAIMED, team.bea.id)
    team.sam.press(case.root, "case_take_over")
    case.hears(said("agent_joined", agent="Sam"))
    case.card_shows(team.sam.id)
    assert team.bea.id in case.thread_shows("Sam took this case over from Bea")["text"]
    team.sam.press(case.root, "case_assign")
    form = team.sam.form("case_assign")
    assert "person" in form.refused(person="")
    form.submit(person=team.bea.id)
    case.hears(said("agent_assigned", agent="Bea"))
    case.thread_shows("Sam gave this case to Bea")
    assert case.row.claimed_by == team.bea.id
    team.bea.press(case.root, "case_release")
    case.is_now(CaseState.OPEN)
    assert case.row.claimed_by is None
    assert case.thread_shows("Bea released this case")["subtype"] == "thread_broadcast"


@presses("case_wait", "case_hold", "case_snooze")
def a_case_rests(team: Team) -> None:
    """Waits for the customer, for the carrier, and until tomorrow; the customer's words wake it."""
    case = team.waiting("Restful Ria")
    team.bea.press(case.root, "case_claim")
    team.bea.press(case.root, "case_wait")
    case.is_now(CaseState.WAITING)
    team.bea.press(case.root, "case_hold")
    form = team.bea.form("case_hold")
    today = datetime.now(UTC).date()
    assert set(form.refused(why="the carrier", day=today.isoformat())) == {"day"}
    form.submit(why="the carrier looks for it", day=(today + timedelta(days=3)).isoformat())
    case.is_now(CaseState.ON_HOLD, "the carrier looks for it")
    team.bea.press(case.root, "case_snooze")
    form = team.bea.form("case_snooze")
    form.shows("Until when?")
    form.submit()
    case.is_now(CaseState.SNOOZED)
    assert timedelta(minutes=55) < case.row.wakes_at.replace(tzinfo=UTC) - datetime.now(UTC) <= timedelta(hours=1)
    case.says("and one thing more")
    case.is_now(CaseState.CLAIMED)


@presses("case_resolve", "case_reopen", "case_to_bot")
def a_case_ends_and_begins_again(team: Team) -> None:
    """Is resolved with its topic, opened again, and given to the bot at a flow."""
    case = team.waiting("Ending Eva")
    team.bea.press(case.root, "case_claim")
    case.hears(said("agent_joined", agent="Bea"))
    team.bea.press(case.root, "case_resolve")
    form = team.bea.form("case_resolve")
    form.submit(topic="delivery")
    case.hears(said("bot_back"))
    case.is_now(CaseState.RESOLVED)
    assert case.row.topic == "delivery"
    team.bea.press(case.root, "case_reopen")
    case.is_now(CaseState.OPEN)
    team.bea.press(case.root, "case_to_bot")
    form = team.bea.form("case_to_bot")
    form.submit(flow="order_status")
    case.hears(said("bot_back"))
    case.hears(said("utter_ask_order_number"))
    case.is_now(CaseState.RESOLVED)


@presses("case_block", "case_unblock")
def a_spammer_is_blocked_and_let_in_again(team: Team) -> None:
    """Is not heard while blocked, and answered afterwards."""
    case = team.waiting("Spammy Sid")
    team.bea.press(case.root, "case_block")
    form = team.bea.form("case_block")
    form.submit()
    case.is_now(CaseState.SPAM)
    provider_knows(team, case.row.customer_id, is_blocked=True)
    team.desk.say(case.phone, "buy my watches")
    team.bea.press(case.root, "case_unblock")
    case.thread_shows("Bea let this customer write again")
    provider_knows(team, case.row.customer_id, is_blocked=False)
    team.is_met(case.phone)
    assert "watches" not in str(team.desk.slack())


def provider_knows(team: Team, customer: str, *, is_blocked: bool) -> None:
    """Waits until the provider was told: what it keeps away never comes. A block leaves a timer for its end."""
    timers, desk = tables.timers.c, team.desk
    mine = (timers.kind == "customer_blocks", timers.subject == customer)

    def left() -> list[bool]:
        rows = desk.rows(select(timers.due_at).where(*mine))
        return [row.due_at.replace(tzinfo=UTC) > datetime.now(UTC) + timedelta(hours=1) for row in rows]

    until(lambda: left() == [True] * is_blocked, lambda: f"the provider to be told; {left()}, {desk.output()}")


@presses("case_merge", "/desk merge")
def two_cases_become_one(team: Team) -> None:
    """Asks with which, and by a command; what the customer writes to either address comes to one thread."""
    phones = team.desk.phones_of("whatsapp", "sms", name="Twofold Tia")
    first = team.asks(phones["whatsapp"], "Twofold Tia")
    second = team.asks(phones["sms"], "Twofold Tia")
    assert first.root != second.root
    team.bea.press(second.root, "case_merge")
    form = team.bea.form("case_merge")
    form.shows(f"Case {first.row.number}")
    form.submit()
    second.is_now(CaseState.MERGED)
    assert second.row.merged_into == first.row.id
    team.desk.say(phones["sms"], "and by sms")
    first.thread_shows("and by sms")
    team.bea.command(f"merge {first.row.number} {second.row.number}")
    team.bea.told(f"merged into case {first.row.number}")
