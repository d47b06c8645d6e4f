"""What agents answer, and what becomes of it: saved replies, held messages, shortcuts on messages."""

from core.people.conversations import CaseState
from tests.journeys.presses import presses
from tests.journeys.presses.team import TRANSLATED, Team


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


@presses("case_answers")
def an_answer_of_the_store_s_is_found_and_sent(team: Team) -> None:
    """Is searched for, shown as this customer reads it, and sent once it says something."""
    case = team.waiting("Answered Al")
    team.bea.press(case.root, "case_answers")
    form = team.bea.form("case_answers")
    assert "What is your return policy?" in form.search("reply", "return policy")
    form.choose("return_window")
    form.shows("30 days from delivery")
    chosen = {"reply": "return_window", "text_return_window": ""}
    assert form.refused(**chosen) == {"text_return_window": "Write what the customer is to read."}
    form.submit(reply="return_window", text_return_window="You have 30 days, Al.")
    case.hears("You have 30 days, Al.")
    case.thread_shows("Bea to the customer")


@presses("shortcut: case_translate")
def an_answer_is_translated_before_it_goes_out(team: Team) -> None:
    """Shows the translation, refuses that of other words, and sends what was compared."""
    case = team.waiting("Translated Tilda")
    asked = case.says("Meine Schuhe sind leider kaputt und ich möchte das Geld zurück")
    team.bea.shortcut("case_translate", asked["ts"])
    form = team.bea.form("case_translate")
    form.choose("", own="You get it back.")
    form.shows(f"{TRANSLATED} You get it back.")
    reads = next(field for field in form.fields() if field.startswith("reads_"))
    text = f"{TRANSLATED} You get it back."
    assert set(form.refused(own="You do not get it back.", **{reads: text})) == {"own"}
    form.submit(own="You get it back.", **{reads: text})
    case.hears(text)


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
