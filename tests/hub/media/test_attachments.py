"""Tests files both ways: a customer's become rows and lines for the desk, an agent's go out when they are there."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from core.content.capabilities import MediaLimit
from core.content.rendering import fit
from core.desk.events import AgentFile
from core.desk.glances import FileGlance
from core.desk.posts import PostCustomer, PostEphemeral, PostMark, PostNote
from core.errors import Outcome, SendError
from core.messages.outbound import OutboundMessage
from core.messages.pieces import Attachment
from core.people.conversations import CaseState
from core.ports.calls import Part, Rendered
from hub.media.attachments import SENT_AFTER
from hub.media.cards import cards_in
from hub.media.fetcher import take_due
from storage.desk.tables import cases, desk_messages
from storage.engine.store import Store
from storage.media import files
from storage.media.tables import media as media_table
from storage.people import privacy
from storage.people.tables import customers, messages
from storage.queues.tables import outbox as outbox_table
from tests.fakes import PLACE, FakeChannel
from tests.hub.house import ANNA, BEN, SMS, TELEGRAM, WHATSAPP, House

PHOTO = Attachment("image", "wamid.photo", "image/jpeg", size=231_000)
LABEL = AgentFile("F0LABEL", "label.pdf", "application/pdf", 48_213)
LIMITS = {"image": MediaLimit(5_000_000, ("image/jpeg",)), "document": MediaLimit(100_000_000)}


class Camera(FakeChannel):
    """Sends files, too."""

    def render(self, message: OutboundMessage) -> Rendered:
        """Renders the files first, then the texts."""
        fitted = fit(message, self.capabilities)
        files = [
            Part(
                "media", {"id": each.id, "kind": each.kind, "link": each.link, "text": fitted.caption if n == 0 else ""}
            )
            for n, each in enumerate(fitted.media)
        ]
        texts = [Part("text", {"text": text}) for text in fitted.texts]
        return Rendered((*files, *texts), fitted.degradations)


def made(store: Store) -> House:
    limits = {"media": LIMITS, "caption_max": 1024}
    channels = {"whatsapp": Camera("whatsapp", **limits), "sms": Camera("sms", media={}, caption_max=0)}
    house = House(store, channels_by_name=channels)
    house.hub = replace(house.hub, file_link=lambda id_: f"https://desk.example/media/{id_[:4]}")
    return house


@pytest.fixture
def house(store: Store) -> House:
    """Makes a house without a word said."""
    return made(store)


@pytest.fixture
def desk(store: Store) -> House:
    """Makes a house in which an agent has a customer's case."""
    house = made(store)
    house.hear("agent")
    house.texts()
    house.writes("Hello Jane")
    house.texts()
    house.desk.posts.clear()
    return house


def settle(house: House, **values: Any) -> None:
    """Settles what came of every file that is due."""
    claimed, _ = take_due(house.hub, 50)
    now = house.clock()
    kept = {
        "state": files.KEPT,
        "code": None,
        "size": 48_213,
        "not_before": now,
        "expires_at": now + timedelta(days=90),
    }
    with house.store.write() as conn:
        for file in claimed:
            assert files.settle(conn, file, **(kept | values))


def refuse(house: House, code: str = "too_large") -> None:
    settle(house, state=files.REFUSED, code=code, expires_at=None)


def pause(house: House, seconds: float = 1) -> None:
    house.later(seconds=seconds)


def calls(house: House, channel: str = "whatsapp") -> list[tuple[str, str]]:
    """Sends what is due; (call, text) of what went out since the last time."""
    house.send()
    sent = [(each.part.call, each.text) for each in house.channels[channel].sent]
    house.channels[channel].sent.clear()
    return sent


def shown(house: House) -> list[tuple[FileGlance, ...]]:
    return [post.files for post in house.posts() if isinstance(post, PostCustomer)]


# --- from customers


def test_a_file_becomes_a_row_of_its_message(house: House) -> None:
    house.hear(attachments=(PHOTO,))
    row, line = house.row(media_table), next(row for row in house.rows(messages) if row.direction == "in")
    assert (row.source, row.account, row.ref, row.kind, row.mime) == (
        "whatsapp",
        "main",
        "wamid.photo",
        "image",
        "image/jpeg",
    )
    assert (row.message_id, row.customer_id, row.conversation_id) == (line.id, line.customer_id, line.conversation_id)
    assert (row.state, row.size, row.not_before) == (files.PENDING, 231_000, house.clock())


def test_the_same_message_twice_is_one_row(house: House) -> None:
    for _ in range(2):
        house.hear(external_id="wamid.1", attachments=(PHOTO,))
    assert len(house.rows(media_table)) == 1


def test_one_handle_twice_in_a_message_is_one_row_and_what_has_none_is_no_file(house: House) -> None:
    second = msgspec.structs.replace(PHOTO, ref="wamid.second")
    place = Attachment("location", data={"latitude": 1.0, "longitude": 2.0})
    house.hear(attachments=(PHOTO, place, second, PHOTO))
    assert [row.ref for row in house.rows(media_table)] == ["wamid.photo", "wamid.second"]


def test_the_same_file_in_another_message_is_another(house: House) -> None:
    house.hear(attachments=(PHOTO,))
    house.hear(attachments=(PHOTO,))
    assert len(house.rows(media_table)) == 2


def test_the_agent_sees_a_file_with_its_link(desk: House) -> None:
    desk.hear("look", attachments=(PHOTO,))
    settle(desk, size=231_400)
    id_ = desk.row(media_table).id
    (glances,) = shown(desk)
    link = f"https://desk.example/media/{id_[:4]}"
    assert glances == (FileGlance("image", mime="image/jpeg", size=231_400, link=link, shared=f"F{id_}"),)


def test_the_post_waits_a_moment_for_its_file_and_not_longer(desk: House) -> None:
    desk.hear("look", attachments=(PHOTO,))
    assert shown(desk) == []
    pause(desk)
    assert shown(desk) == []
    pause(desk, 2)
    ((file,),) = shown(desk)
    assert (file.coming, bool(file.link), file.trouble) == (True, True, "")


def test_pictures_that_come_at_once_are_a_post_each(desk: House) -> None:
    refs = [f"wamid.photo{n}" for n in range(5)]
    for ref in refs:
        desk.say(attachments=(msgspec.structs.replace(PHOTO, ref=ref),))
    desk.drain()
    settle(desk)
    assert [row.ref for row in desk.rows(media_table)] == refs
    links = [tuple(file.link for file in files) for files in shown(desk)]
    assert links == [(f"https://desk.example/media/{row.id[:4]}",) for row in desk.rows(media_table)]


def test_a_files_name_leads_nowhere(desk: House) -> None:
    desk.hear(attachments=(msgspec.structs.replace(PHOTO, filename="../../../etc/passwd"),))
    settle(desk)
    ((file,),) = shown(desk)
    assert file.filename == "../../../etc/passwd"
    assert file.link == f"https://desk.example/media/{desk.row(media_table).id[:4]}"


def test_words_without_files_do_not_wait(desk: House) -> None:
    desk.hear("look")
    assert shown(desk) == [()]


def test_a_file_that_could_not_be_fetched_is_said(desk: House) -> None:
    desk.hear(attachments=(PHOTO,))
    refuse(desk)
    ((file,),) = shown(desk)
    assert (file.link, file.trouble, file.coming) == ("", "it is too large", False)


def test_an_erased_file_is_shown_nowhere(desk: House) -> None:
    desk.hear("look", attachments=(PHOTO,))
    settle(desk)
    with desk.store.write() as conn:
        files.forget(conn, desk.row(media_table).customer_id, [], desk.clock())
    ((file,),) = shown(desk)
    assert (file.link, file.trouble) == ("", "it was removed")


# --- from agents


def test_an_agents_file_goes_out_when_it_is_there(desk: House) -> None:
    message = desk.writes("your label", files=(LABEL,))
    row = desk.row(media_table)
    assert (row.source, row.ref, row.kind, row.filename) == ("slack", "F0LABEL", "document", "label.pdf")
    assert calls(desk) == []
    settle(desk)
    pause(desk)
    assert calls(desk) == [("media", "your label")]
    assert desk.row(media_table).message_id == desk.messages()[-1].id
    assert desk.posts() == [PostMark(desk.row(cases).id, message, "white_check_mark", place=PLACE)]
    assert desk.kept()[-1] == ("your label", "sent")
    assert (desk.rows(messages)[-1].text, desk.rows(messages)[-1].attachments) == ("your label", "document")


def test_a_file_without_words_goes_out_too(desk: House) -> None:
    desk.writes("", files=(LABEL,))
    settle(desk)
    pause(desk)
    assert calls(desk) == [("media", "")]
    assert [post for post in desk.posts() if isinstance(post, PostEphemeral)] == []


def test_a_file_claims_an_open_case_as_words_do(store: Store) -> None:
    house = made(store)
    house.hear("agent")
    house.texts()
    house.writes("", files=(LABEL,))
    assert house.row(cases).state == CaseState.CLAIMED
    settle(house)
    assert calls(house)[-1] == ("media", "")


def test_what_it_really_is_decides_how_it_is_sent(desk: House) -> None:
    photo = AgentFile("F0PHOTO", "photo.jpg", "image/jpeg", 1000)
    desk.writes("see", files=(photo,))
    settle(desk, kind="document", mime="application/octet-stream")
    pause(desk)
    desk.send()
    assert [each.part.payload["kind"] for each in desk.channels["whatsapp"].sent] == ["document"]


def test_where_a_channel_takes_no_files_the_customer_gets_a_link(store: Store) -> None:
    house = made(store)
    house.hear("agent", SMS)
    house.texts()
    house.writes("your label", files=(LABEL,))
    settle(house)
    text = calls(house, "sms")[-1][1]
    assert text.startswith("your label\nlabel.pdf: https://desk.example/media/")
    assert house.messages()[-1].degradations is not None


def test_several_files_wait_for_each_other(desk: House) -> None:
    photo = AgentFile("F0PHOTO", "photo.jpg", "image/jpeg", 1000)
    desk.writes("both", files=(LABEL, photo))
    claimed, _ = take_due(desk.hub, 1)
    with desk.store.write() as conn:
        files.settle(conn, claimed[0], state=files.KEPT, not_before=desk.clock())
    pause(desk)
    assert calls(desk) == []
    settle(desk)
    pause(desk)
    assert calls(desk) == [("media", "both"), ("media", "")]


def test_later_words_do_not_overtake_a_file(desk: House) -> None:
    desk.writes("first", files=(LABEL,))
    desk.writes("second")
    assert calls(desk) == []
    settle(desk)
    pause(desk)
    assert calls(desk) == [("media", "first"), ("text", "second")]


def test_the_words_go_without_a_file_that_was_refused_and_the_agent_learns_why(desk: House) -> None:
    message = desk.writes("your label", files=(LABEL,))
    refuse(desk)
    assert calls(desk) == [("text", "your label")]
    case = desk.row(cases).id
    assert desk.posts() == [
        PostNote(case, ":warning: The file label.pdf was not sent, because it is too large."),
        PostMark(case, message, "white_check_mark", place=PLACE),
    ]


def test_a_file_alone_that_was_refused_is_not_delivered(desk: House) -> None:
    message = desk.writes("", files=(LABEL,))
    refuse(desk, "external_file")
    assert calls(desk) == []
    note, mark = desk.posts()
    assert mark == PostMark(desk.row(cases).id, message, "x", place=PLACE)
    assert "Not delivered" in note.text
    assert "because it is only a link to another service" in note.text
    assert desk.messages()[-1].state == "cancelled"


def test_a_file_that_never_comes_does_not_hold_up_the_words_for_ever(desk: House) -> None:
    desk.writes("your label", files=(LABEL,))
    pause(desk, SENT_AFTER.total_seconds() - 1)
    assert calls(desk) == []
    pause(desk, 2)
    assert calls(desk) == [("text", "your label")]
    assert any("could not be fetched in time" in getattr(post, "text", "") for post in desk.desk.posts)


def test_a_retry_sends_what_was_rendered(desk: House) -> None:
    """A file that goes meanwhile changes nothing any more, and the agent is told once."""
    photo = AgentFile("F0PHOTO", "photo.jpg", "image/jpeg", 1000)
    desk.writes("both", files=(LABEL, photo))
    claimed, _ = take_due(desk.hub, 2)
    with desk.store.write() as conn:
        files.settle(conn, claimed[0], state=files.KEPT, not_before=desk.clock())
        files.settle(conn, claimed[1], state=files.REFUSED, code="empty")
    pause(desk)
    desk.channels["whatsapp"].script.append(SendError(Outcome.RETRY, "http_500"))
    assert calls(desk) == []
    pause(desk, 10)
    assert calls(desk) == [("media", "both")]
    notes = [post for post in desk.desk.posts if isinstance(post, PostNote)]
    assert [note.text for note in notes] == [":warning: The file photo.jpg was not sent, because it is empty."]


def test_a_note_keeps_its_files_inside(desk: House) -> None:
    desk.writes("look at this", files=(LABEL,), note=True)
    assert desk.rows(media_table) == []
    assert calls(desk) == []


def test_a_resolved_case_sends_no_file(desk: House) -> None:
    desk.presses("case_resolve")
    desk.texts()
    desk.writes("", files=(LABEL,))
    assert desk.rows(media_table) == []
    assert "resolved" in desk.ephemerals()[-1].text


def test_a_colleagues_file_is_held_with_its_words(desk: House) -> None:
    desk.writes("the label", BEN, files=(LABEL,))
    settle(desk)
    held = next(row.id for row in desk.rows(desk_messages) if row.state == "held")
    assert desk.row(media_table).message_id == held
    assert calls(desk) == []
    desk.presses("held_send", BEN, held)
    assert calls(desk) == [("media", "the label")]
    assert desk.row(media_table).message_id == desk.messages()[-1].id


def test_the_same_event_twice_is_one_file(desk: House) -> None:
    for _ in range(2):
        desk.writes("your label", message="9.9", files=(LABEL,))
    assert len(desk.rows(media_table)) == 1


def test_the_row_that_waits_holds_no_link_and_no_token(desk: House) -> None:
    desk.writes("your label", files=(LABEL,))
    payload = next(row.payload for row in desk.rows(outbox_table) if "your label" in row.payload)
    assert "desk.example" not in payload


def test_files_of_both_are_exported_and_forgotten(desk: House) -> None:
    desk.hear("look", attachments=(PHOTO,))
    desk.writes("your label", ANNA, files=(LABEL,))
    settle(desk)
    customer = desk.rows(media_table)[0].customer_id
    with desk.store.write() as conn:
        assert len(privacy.export(conn, customer)["files"]) == 2
        assert privacy.erase(conn, customer, desk.clock())["files"] == 2
    assert {row.ref for row in desk.rows(media_table)} == {""}


def test_a_standing_file_of_another_channel_knows_its_own_account(house: House) -> None:
    house.hear(to=TELEGRAM, attachments=(Attachment("voice", "AwACAgQ", "audio/ogg"),))
    house.hear(to=WHATSAPP, attachments=(PHOTO,))
    assert [(row.source, row.ref) for row in house.rows(media_table)] == [
        ("telegram", "AwACAgQ"),
        ("whatsapp", "wamid.photo"),
    ]


def test_what_they_sent_before_there_was_a_case_is_on_its_card(house: House) -> None:
    house.hear(attachments=(PHOTO,))
    settle(house)
    house.hear("agent")
    house.send()
    (view,) = {view.case_id: view for view in house.desk.views if view}.values()
    assert [(file.kind, bool(file.link)) for file in view.files] == [("image", True)]


def test_an_agents_own_files_are_not_on_the_card(desk: House) -> None:
    desk.writes("your label", files=(LABEL,))
    desk.presses("case_resolve")
    settle(desk)
    pause(desk)
    desk.send()
    assert [view.files for view in desk.desk.views if view][-1] == ()


VCARD = (
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jo Roe\r\nORG:Acme Ltd\r\nTEL;TYPE=CELL:+12025550199\r\n"
    b"EMAIL:jo@acme.example\r\nEND:VCARD\r\n"
)


def test_a_contact_card_that_is_a_file_is_told_in_a_line_and_kept_whole(desk: House) -> None:
    desk.hear("", attachments=(Attachment("document", "card-1", "text/vcard", "contact.vcf"),))
    cards = cards_in(VCARD, "text/vcard")
    assert cards
    with desk.store.write() as conn:
        kept = {"state": files.KEPT, "cards": cards, "expires_at": desk.clock() + timedelta(days=1)}
        conn.execute(media_table.update().values(**kept))
    desk.later(seconds=4)
    (post,) = [each for each in desk.posts() if isinstance(each, PostCustomer)]
    (file,) = post.files
    assert file.link == ""
    assert file.told == (
        "👤 Jo Roe (Acme Ltd): 1 number (cell +1•••••0199), 1 e-mail (j•••@a•••), kept here; ask an operator"
    )
    with desk.store.read() as conn:
        (told,) = privacy.export(conn, desk.row(customers).id)["files"]
    assert told["cards"][0]["phones"] == [{"value": "+12025550199", "type": "cell"}]
    with desk.store.write() as conn:
        privacy.erase(conn, desk.row(customers).id, desk.clock())
    assert [row.cards for row in desk.rows(media_table)] == [None]


def test_a_card_that_is_still_being_fetched_is_no_link(desk: House) -> None:
    desk.hear("", attachments=(Attachment("document", "card-1", "text/vcard", "contact.vcf"),))
    desk.later(seconds=4)
    (post,) = [each for each in desk.posts() if isinstance(each, PostCustomer)]
    assert [(file.link, file.coming) for file in post.files] == [("", True)]


def test_what_is_no_card_has_none() -> None:
    assert cards_in(b"\xff\xfe", "text/vcard") is None
    assert cards_in(VCARD, "text/plain") is None
