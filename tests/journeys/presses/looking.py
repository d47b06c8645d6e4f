"""What agents look at: everything of a case, their own page, and what `/desk` answers."""

from core.people.conversations import CaseState
from tests.journeys.presses import presses
from tests.journeys.presses.team import Team


@presses("case_details")
def everything_of_a_case_is_for_one_agent_s_eyes(team: Team) -> None:
    """Shows the whole number to who asks, and to nobody else."""
    case = team.waiting("Detailed Dee")
    number = case.number
    assert number not in str(team.desk.slack())
    team.bea.press(case.root, "case_details")
    shown = team.bea.told(number)
    assert shown["ephemeral_to"] == team.bea.id
    assert "Detailed Dee" in str(shown["blocks"])


@presses("home: case_claim", "home: desk_away", "home: desk_back")
def an_agent_works_from_their_own_page(team: Team) -> None:
    """Takes a case there, says that they are away, and that they are back."""
    case = team.waiting("Homely Hugo")
    team.sam.home("Homely Hugo")
    team.sam.press_at_home("case_claim", case.row.id)
    case.is_now(CaseState.CLAIMED, team.sam.id)
    team.sam.home_shows("Homely Hugo", but=case.row.id)  # among their own cases, where there is nothing to take
    team.sam.press_at_home("desk_away")
    team.sam.told("for somebody else now")
    case.is_now(CaseState.OPEN)
    team.sam.home_shows("I am back")
    team.sam.press_at_home("desk_back")
    team.sam.told("Welcome back")
    team.sam.home_shows("I am away")


@presses("home: desk_find", "home: desk_new", "shortcut: desk_find", "shortcut: desk_new")
def a_customer_is_found_and_written_to_first(team: Team) -> None:
    """Finds somebody by a form, and opens a case with them from the page and from anywhere."""
    phone = team.desk.meet(name="Findable Fin")
    number = team.desk.phone(phone)["number"]
    team.is_met(phone)
    team.bea.home()
    team.bea.press_at_home("desk_find")
    form = team.bea.form("desk_find")
    assert form.refused(text=" ") == {"text": "Say what you have."}
    form.submit(text="Findable")
    team.bea.told("Findable Fin")
    team.bea.shortcut("desk_find")
    form = team.bea.form("desk_find")
    form.submit(text="no such person")
    team.bea.told("Nobody found")

    team.bea.press_at_home("desk_new")
    form = team.bea.form("desk_new")
    assert "Nobody found" in form.refused(whom="no such person")["whom"]
    form.submit(whom=number)
    team.bea.told("is yours. Write in its thread.")
    team.bea.reply(team.desk.slack_root("Findable Fin"), "Hello from the shop")
    team.desk.expect(phone, "Hello from the shop")
    team.sam.shortcut("desk_new")
    form = team.sam.form("desk_new")
    form.refused(whom="nobody at all")
    form.submit(whom=number)
    team.sam.told("There is an open case already")


@presses("/desk queue", "/desk mine", "/desk case", "/desk find", "/desk report", "/desk help")
def what_is_asked_is_answered_at_once(team: Team) -> None:
    """Lists, finds and counts, for who asks alone."""
    case = team.waiting("Askable Ava")
    team.sam.command("queue")
    assert f"#{case.row.number}" in team.sam.told("Askable Ava")["text"]
    team.sam.command("mine")
    team.sam.told("You have no case")
    team.sam.command(f"take {case.row.number}")
    case.is_now(CaseState.CLAIMED, team.sam.id)
    team.sam.command("mine")
    team.sam.told("Askable Ava")
    team.sam.command(f"case {case.row.number}")
    team.sam.told("The customer asked for a person · claimed with Sam")
    team.sam.command(f"find {case.number}")
    team.sam.told("Askable Ava")
    team.sam.command("report")
    team.sam.told("Today, since")
    team.sam.command("help")
    team.sam.told("`/desk queue` lists the open cases")


@presses("/desk take", "/desk assign", "/desk away", "/desk back", "/desk block", "/desk unblock", "/desk new")
def what_is_ordered_is_done_as_its_button_does_it(team: Team) -> None:
    """Takes, gives, leaves and comes back, writes first, blocks and lets in again."""
    phone = team.desk.meet(name="Orderly Ola")
    team.is_met(phone)
    team.sam.command(f"new {team.desk.phone(phone)['number']}")
    team.sam.told("is yours. Write in its thread.")
    case = team.of_customer(phone, "Orderly Ola")
    number = case.row.number
    team.bea.command(f"take {number}")
    team.bea.told("Sam has this case")
    team.sam.command(f"assign {number} @bea")
    case.thread_shows("Sam gave this case to Bea")
    case.is_now(CaseState.CLAIMED, team.bea.id)
    team.bea.command(f"assign {number} @sam")
    case.thread_shows("Bea gave this case to Sam")
    team.sam.command("away")
    team.sam.told("for somebody else now")
    case.is_now(CaseState.OPEN)
    team.sam.command("back")
    team.sam.told("Welcome back")
    team.bea.command(f"take {number}")
    case.is_now(CaseState.CLAIMED, team.bea.id)
    team.bea.command(f"block {number} 3d")
    case.is_now(CaseState.SPAM)
    team.bea.command(f"unblock {number}")
    case.thread_shows("Bea let this customer write again")
