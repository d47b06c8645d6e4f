"""How a reply leaves later: from the card, of a note, of what is held; and what is decided otherwise meanwhile."""

from datetime import UTC, datetime

from sqlalchemy import create_engine, update

from core.people.conversations import CaseState
from storage import tables
from storage.desk.later import TIMER
from storage.queues.tables import timers
from tests.journeys.actors import until
from tests.journeys.agent import OpenForm
from tests.journeys.presses import presses
from tests.journeys.presses.team import Team


@presses("case_later", "shortcut: case_later", "held_later", "reply_change", "reply_now", "reply_cancel")
def a_reply_waits_for_its_time(team: Team) -> None:
    """Is put off, gets other words, and leaves at once; of two others one is a note in the end, and one waits."""
    case = team.waiting("Later Lena")
    team.bea.press(case.root, "case_claim")
    case.is_now(CaseState.CLAIMED)
    team.bea.press(case.root, "case_later")
    puts_off(team.bea.form("case_later"), "It leaves on Monday.")
    team.bea.press(case.thread_shows("It leaves on Monday.")["ts"], "reply_change")
    puts_off(team.bea.form("reply_change"), "It leaves on Tuesday.")
    planned = case.thread_shows("It leaves on Tuesday.")["ts"]
    team.bea.press(planned, "reply_now")
    case.hears("It leaves on Tuesday.")
    team.bea.press(planned, "reply_cancel")
    team.bea.told("That reply does not wait any more.")

    note = team.bea.reply(case.root, "// thank them")
    team.desk.slack_reaction(note, "lock")
    team.bea.shortcut("case_later", note)
    puts_off(team.bea.form("case_later"), "Thank you, Lena.")
    team.bea.press(case.thread_shows("Thank you, Lena.")["ts"], "reply_cancel")
    team.bea.told("Kept as a note; it does not leave.")

    team.sam.reply(case.root, "and from me")
    team.sam.press(team.sam.told("Bea has this case")["ts"], "held_later")
    puts_off(team.sam.form("held_later"), "And from Sam.")
    case.thread_shows("Sam to the customer, on")
    assert (case.heard("Monday"), case.heard("Thank you"), case.heard("from Sam")) == (0, 0, 0)


@presses("case_later")
def it_leaves_once_whatever_is_killed(team: Team) -> None:
    """Is put off for an hour, in which the processes die; the hour passes in its rows, and they die again."""
    case = team.waiting("Later Lou")
    team.bea.press(case.root, "case_claim")
    case.is_now(CaseState.CLAIMED)
    team.bea.press(case.root, "case_later")
    puts_off(team.bea.form("case_later"), "We called you.")
    case.thread_shows("to the customer, on")
    assert team.desk.kill("worker")
    assert team.desk.kill("clock")
    an_hour_passes(team, case.row.id)
    until(lambda: team.desk.kill("worker"), "a worker to be there again")
    case.hears("We called you.")
    team.desk.settled()
    assert case.heard("We called you.") == 1


@presses("case_later")
def the_customer_writes_before_it_leaves(team: Team) -> None:
    """Is held as soon as they write, and its author asked; its time may come then."""
    case = team.waiting("Later Leo")
    team.bea.press(case.root, "case_claim")
    case.is_now(CaseState.CLAIMED)
    team.bea.press(case.root, "case_later")
    puts_off(team.bea.form("case_later"), "It is at the depot.")
    case.thread_shows("to the customer, on")
    case.says("never mind")
    case.thread_shows("the customer wrote in the meantime")
    an_hour_passes(team, case.row.id)
    team.desk.settled()
    assert case.heard("depot") == 0


def an_hour_passes(team: Team, case_id: str) -> None:
    """Writes into the rows of replies that wait that their time has come: no setting moves the product's clock."""
    messages, now = tables.desk_messages, datetime.now(UTC)
    engine = create_engine(f"sqlite:///{team.desk.var / 'doorstep.db'}", connect_args={"timeout": 30})
    with engine.begin() as conn:
        conn.execute(update(messages).where(messages.c.case_id == case_id).values(leaves_at=now))
        conn.execute(update(timers).where(timers.c.kind == TIMER).values(due_at=now))
    engine.dispose()


def puts_off(form: OpenForm, words: str) -> None:
    """Looks at what another time asks for, is refused a note, and puts the words off for an hour."""
    form.choose("at")
    form.shows('"day"')
    form.choose("hour")
    assert set(form.refused(words="// not for them", when="hour")) == {"words"}
    form.submit(words=words, when="hour")
