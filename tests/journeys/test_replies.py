"""What agents format, change, take back and keep inside, as the customer's phone shows it."""

from tests.journeys.actors import Json, until
from tests.journeys.system import System


def handed_over(desk: System, channel: str, name: str, number: str) -> tuple[str, str]:
    """Has a new customer ask for a person; returns their phone and the case's thread."""
    phone = desk.phones_of(channel, name=name, number=number, country="US")[channel]
    desk.say(phone, "agent")
    return phone, desk.slack_root(name)


def bubble(desk: System, phone: str, fragment: str) -> Json:
    return next(each for each in reversed(desk.bubbles(phone)) if fragment in each["text"])


def asked(desk: System, fragment: str) -> Json:
    """Waits for words for an agent's eyes only."""

    def found() -> Json | None:
        return next((m for m in reversed(desk.slack()) if m.get("ephemeral_to") and fragment in m["text"]), None)

    return until(found, lambda: f"{fragment!r}; there is\n{desk.slack_told()}")


def test_a_formatted_reply_is_changed_and_taken_back_on_telegram(sqlite_desk: System) -> None:
    desk = sqlite_desk
    phone, root = handed_over(desk, "telegram", "Formal Fay", "+12025550761")
    reply = desk.slack_reply(root, "*Important:* your parcell _leaves_ today")
    desk.expect(phone, "Important: your parcell leaves today")
    desk.slack_sent(reply)
    looks = bubble(desk, phone, "parcell")["raw"]["entities"]
    assert [(each["type"], each["offset"], each["length"]) for each in looks] == [("bold", 0, 10), ("italic", 24, 6)]
    desk.api("slack/edit", {"ts": reply, "text": "*Important:* your parcel leaves today"})
    asked(desk, "Changed in the customer's chat")
    until(lambda: any("parcel leaves" in each["text"] for each in desk.bubbles(phone)) or None, "the edit")
    assert not any("parcell" in each["text"] for each in desk.bubbles(phone))
    desk.api("slack/delete", {"ts": reply})
    asked(desk, "Taken back")
    until(
        lambda: (
            not any("parcel leaves" in each["text"] and not each.get("deleted") for each in desk.bubbles(phone)) or None
        ),
        "the deletion",
    )


def test_on_whatsapp_a_note_without_its_mark_is_held_and_a_correction_follows(sqlite_desk: System) -> None:
    desk = sqlite_desk
    phone, root = handed_over(desk, "whatsapp", "Careful Cas", "+12025550762")
    held = desk.slack_reply(root, "Internal note: they complain a lot")
    question = asked(desk, "reads like a note")
    desk.slack_press(question["ts"], "held_keep")
    desk.slack_reaction(held, "lock")
    reply = desk.slack_reply(root, "Your *boots* leave tomorow")
    desk.expect(phone, "Your *boots* leave tomorow")
    desk.slack_sent(reply)
    desk.api("slack/edit", {"ts": reply, "text": "Your *boots* leave tomorrow"})
    desk.slack_press(asked(desk, "Send a correction?")["ts"], "reply_correct")
    desk.expect(phone, "Your *boots* leave tomorrow")
    assert not any("complain" in each["text"] for each in desk.bubbles(phone))


def test_nothing_that_a_person_would_take_for_a_note_leaves_unasked(sqlite_desk: System) -> None:
    desk = sqlite_desk
    phone, root = handed_over(desk, "whatsapp", "Wary Wes", "+12025550763")
    said = ["*private* xyzzy one", "该客户 xyzzy two", "Hey team, xyzzy three", "All good (internal: xyzzy four)"]
    for words in said:
        desk.slack_reaction(desk.slack_reply(root, words), "hourglass_flowing_sand")
    desk.slack_sent(desk.slack_reply(root, "Your boots leave today"))
    desk.expect(phone, "Your boots leave today")
    assert not any("xyzzy" in each["text"] for each in desk.bubbles(phone))
