"""What agents answer, and what becomes of it: saved replies, held messages, shortcuts on messages."""

from core.people.conversations import CaseState
from tests.journeys.presses import presses
from tests.journeys.presses.team import Team


@presses("case_saved")
def a_saved_reply_is_found_changed_and_sent(team: Team) -> None:
    """Is searched for, shown with what is missing, refused until that is filled in, and does what belongs to it."""
    case = team.waiting("Saved Sue")
    team.bea.press(case.root, "case_saved")
    form = team.bea.form("case_saved")
    assert form.search("reply", "refund") == ["Refund timing", "Refund is sent"]
    assert form.search("reply", "包裹在哪里") == ["Where the parcel is"]
    form.choose("refund_timing")
    form.shows("your refund for order {{ order.number }}")
    text = "Hi Saved, your refund for order {{ order.number }} reaches you soon."
    filled = {"reply": "refund_timing", "text_refund_timing": text}
    assert form.refused(**filled) == {
        "text_refund_timing": "This is not known. Fill it in, or take it out of the text."
    }
    form.submit(**filled, value_order_number="A 7")
    case.hears("Hi Saved, your refund for order A 7 reaches you soon.")
    case.thread_shows("Bea to the customer")
    case.is_now(CaseState.WAITING, "refund told")


@presses("held_send", "held_keep")
def a_colleague_s_words_are_held(team: Team) -> None:
    """Asks Sam, whose words in Bea's case go out or stay, as Sam presses."""
    case = team.waiting("Held Hilde")
    team.bea.press(case.root, "case_claim")
    case.is_now(CaseState.CLAIMED)
    kept = team.sam.reply(case.root, "she always complains")
    team.sam.press(team.sam.told("Bea has this case")["ts"], "held_keep")
    team.sam.told("Kept as a note")
    team.desk.slack_reaction(kept, "lock")
    sent = team.sam.reply(case.root, "your parcel is at the depot")
    team.sam.press(team.sam.told("Bea has this case")["ts"], "held_send")
    case.hears("your parcel is at the depot")
    team.desk.slack_sent(sent)
    assert case.heard("complains") == 0
    assert case.row.claimed_by == team.bea.id


@presses("shortcut: case_quote", "shortcut: case_send", "shortcut: case_note", "shortcut: case_redact")
def messages_in_the_thread_are_answered_sent_kept_and_removed(team: Team) -> None:
    """Quotes the customer, sends a note, makes one of what was held, and removes what should not stand there."""
    case = team.waiting("Wordy Wim")
    team.bea.press(case.root, "case_claim")
    asked = case.says("is it the blue one?")
    team.bea.shortcut("case_quote", asked["ts"])
    form = team.bea.form("case_quote")
    form.shows("is it the blue one?")
    assert set(form.refused(words="// not for them")) == {"words"}
    form.submit(words="Yes, the blue one.")
    quoted = case.hears("Yes, the blue one.")["raw"]["context"]["message_id"]
    assert quoted == next(b["id"] for b in team.desk.bubbles(case.phone) if b["text"] == "is it the blue one?")

    note = team.bea.reply(case.root, "// it leaves on Friday")
    team.desk.slack_reaction(note, "lock")
    team.bea.shortcut("case_send", note)
    form = team.bea.form("case_send")
    form.shows("it leaves on Friday")
    form.submit()
    case.hears("it leaves on Friday")

    held = team.bea.reply(case.root, "Internal note: a difficult one")
    team.bea.told("reads like a note")
    team.bea.shortcut("case_note", held)
    team.bea.told("Kept as a note")
    team.desk.slack_reaction(held, "lock")

    secret = case.says("my door code is 9911")
    team.bea.shortcut("case_redact", secret["ts"])
    form = team.bea.form("case_redact")
    form.submit()
    case.no_longer_shows("9911")
    assert case.heard("difficult") == 0
