"""What agents do about replies that do not reach the customer, or should not have."""

from core.people.conversations import CaseState
from tests.journeys.actors import Json, until
from tests.journeys.presses import presses
from tests.journeys.presses.team import Team, Waiting

CLOSED = 131047  # WhatsApp: "Re-engagement message", more than 24 hours since the customer's last


def failed(team: Team, case: Waiting, words: str) -> Json:
    """Has the reply of an agent, who has the case, refused as too late; returns the post that says so."""
    team.bea.press(case.root, "case_claim")
    case.hears("Bea")
    team.desk.fault("whatsapp", "error", times=1, value=CLOSED)
    reply = team.bea.reply(case.root, words)
    team.desk.slack_reaction(reply, "x")
    return case.thread_shows("Try again")


@presses("reply_retry")
def a_reply_is_tried_again(team: Team) -> None:
    """Reaches the customer once."""
    case = team.waiting("Retried Rob")
    told = failed(team, case, "the second time lucky")
    team.bea.press(told["ts"], "reply_retry")
    case.hears("the second time lucky")
    team.bea.press(told["ts"], "reply_retry")
    team.bea.told("That message is with the customer, or on its way")
    assert case.heard("second time lucky") == 1


@presses("reply_template", "reply_with")
def a_template_goes_in_the_place_of_a_reply(team: Team) -> None:
    """Shows what the customer would read, and sends that."""
    desk = team.desk
    phone = desk.meet(name="Templated Ted")
    team.is_met(phone)
    desk.sells("8201", desk.phone(phone)["number"], name="Templated Ted")
    desk.ships("8201")
    desk.expect(phone, "8201")
    case = team.asks(phone, "Templated Ted")
    told = failed(team, case, "are you still there?")
    team.bea.press(told["ts"], "reply_template")
    shown = team.bea.told("This is what they would read")
    team.bea.press(shown["ts"], "reply_with")
    assert case.hears("8201")["template"] == "order_shipped"
    case.thread_shows("Bea sent the template")
    assert case.heard("still there") == 0


@presses("reply_other", "reply_via")
def a_reply_goes_to_another_address(team: Team) -> None:
    """Is offered the customer's other address, and the case goes on there."""
    phones = team.desk.phones_of("whatsapp", "sms", name="Elsewhere Ed")
    team.is_met(phones["sms"])
    case = team.asks(phones["whatsapp"], "Elsewhere Ed")
    told = failed(team, case, "try me by sms")
    team.bea.press(told["ts"], "reply_other")
    team.bea.press(team.bea.told("Where shall the customer get it?")["ts"], "reply_via")
    team.desk.expect(phones["sms"], "try me by sms")
    team.desk.say(phones["sms"], "here I am")
    case.thread_shows("here I am")
    assert case.heard("try me by sms") == 0


@presses("reply_correct")
def a_correction_follows_where_nothing_can_be_changed(team: Team) -> None:
    """Sends the new words once."""
    case = team.waiting("Corrected Cem")
    reply = team.bea.reply(case.root, "it comes on Mnday")
    case.hears("it comes on Mnday")
    team.desk.slack_sent(reply)
    team.bea.edits(reply, "it comes on Monday")
    asked = team.bea.told("Send a correction?")
    team.bea.press(asked["ts"], "reply_correct")
    case.hears("it comes on Monday")
    team.bea.press(asked["ts"], "reply_correct")
    team.bea.told("That message is with the customer, or on its way")
    assert case.heard("it comes on Monday") == 1


@presses("reply_take_back")
def a_reply_that_became_a_note_is_taken_back(team: Team) -> None:
    """Takes it out of the customer's chat, where the channel can."""
    case = team.waiting("Taken Tom", "telegram")
    reply = team.bea.reply(case.root, "what a fuss")
    case.hears("what a fuss")
    team.desk.slack_sent(reply)
    team.bea.edits(reply, "// what a fuss")
    team.bea.press(team.bea.told("marking it as a note does not take it back")["ts"], "reply_take_back")
    team.bea.told("Taken back")
    until(
        lambda: all(each.get("deleted") for each in team.desk.answers(case.phone) if "fuss" in each["text"]),
        lambda: team.desk.told(case.phone),
    )
    team.desk.slack_reaction(reply, "lock")


@presses("reply_undo")
def a_reply_is_undone_while_it_waits(team: Team) -> None:
    """Keeps it as a note; where nobody undoes it, it goes out by itself."""
    case = team.waiting("Undone Una")
    team.bea.press(case.root, "case_claim")
    case.is_now(CaseState.CLAIMED)
    with team.store_says("sla.yaml", "undo: 0s", "undo: 20s"):
        reply = team.bea.reply(case.root, "a hasty word")
        team.desk.slack_reaction(reply, "hourglass_flowing_sand")
        team.bea.press(team.bea.told("Goes out in 20 s.")["ts"], "reply_undo")
        team.bea.told("Undone: the customer did not get it.")
        team.desk.slack_reaction(reply, "lock")
    case.says("and?")
    team.bea.reply(case.root, "a calm word")
    case.hears("a calm word")
    assert case.heard("hasty") == 0
