"""Calls over the wire: messages, uploads, actions, and what each refusal means."""

import json
from pathlib import Path
from typing import Any

import pytest

import adapters.channels.messenger
from core.errors import Outcome, SendError
from core.files.documents import read
from core.messages.outbound import Media, OutboundMessage, Speaker
from core.ports.calls import Sent
from tests.adapters.channels.files import JPEG, KeptFiles
from tests.adapters.channels.messenger.page import JANE, PAGE, TOKEN, against, refusal
from tests.adapters.channels.provider import Asked, Reply

ACCEPTED = Reply(200, {"recipient_id": JANE.value, "message_id": "m_OUT1"})
UPLOADED = Reply(200, {"attachment_id": "1857777774821032"})
MESSAGES, ATTACHMENTS = f"POST {PAGE}/messages", f"POST {PAGE}/message_attachments"
PHOTO = Media("photo1", "image", "image/jpeg", "boots.jpg", len(JPEG))
HELLO = OutboundMessage("Hello")
ERRORS = Path(adapters.channels.messenger.__file__).parent / "errors.yaml"


def send(
    answers: dict[str, Any], message: OutboundMessage = HELLO, call: str = "messages", files: KeptFiles | None = None
) -> tuple[Sent, list[Asked]]:
    async def act(account: Any) -> Sent:
        part = next(part for part in account.render(message).parts if part.call == call)
        return await account.send(part, JANE, "part-1")

    return against(answers, act, files)


def send_photo(answers: dict[str, Any], files: KeptFiles | None = None, **more: Any) -> tuple[Sent, list[Asked]]:
    return send(answers, OutboundMessage("", media=(PHOTO,), **more), "media", files)


def refused(answers: dict[str, Any], message: OutboundMessage = HELLO, call: str = "messages") -> SendError:
    with pytest.raises(SendError) as caught:
        send(answers, message, call)
    return caught.value


def test_the_correlation_travels_as_metadata() -> None:
    sent, (asked,) = send({MESSAGES: ACCEPTED})
    assert sent == Sent("m_OUT1")
    assert (asked.method, asked.path) == ("POST", f"/v26.0/{PAGE}/messages")
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
    assert asked.json() == {
        "recipient": {"id": JANE.value},
        "messaging_type": "RESPONSE",
        "message": {"text": "Hello", "metadata": "part-1"},
    }


def test_a_quote_of_what_is_gone_is_left_out() -> None:
    message = OutboundMessage("Hello", reply_to="m_GONE")
    sent, (first, second) = send({MESSAGES: [refusal(100), ACCEPTED]}, message)
    assert sent == Sent("m_OUT1")
    assert first.json() == {**second.json(), "reply_to": {"mid": "m_GONE"}}


def test_an_acceptance_without_an_id_is_ambiguous() -> None:
    assert refused({MESSAGES: Reply(200, {"recipient_id": JANE.value})}).outcome is Outcome.AMBIGUOUS


def test_an_action_names_only_the_customer() -> None:
    sent, (asked,) = send(
        {MESSAGES: Reply(200, {"recipient_id": JANE.value})}, OutboundMessage(seen="m_1"), "sender_action"
    )
    assert sent == Sent("")
    assert asked.json() == {"recipient": {"id": JANE.value}, "sender_action": "mark_seen"}


def test_a_file_is_uploaded_then_sent_by_its_id() -> None:
    sent, (upload, message) = send_photo({ATTACHMENTS: UPLOADED, MESSAGES: ACCEPTED}, reply_to="m_IN1")
    assert sent == Sent("m_OUT1")
    assert upload.path == f"/v26.0/{PAGE}/message_attachments"
    assert upload.headers["Content-Type"].startswith("multipart/form-data")
    assert upload.headers["Authorization"] == f"Bearer {TOKEN}"
    fields = _fields(upload)
    assert json.loads(fields["message"][1]) == {"attachment": {"type": "image", "payload": {"is_reusable": True}}}
    head, content = fields["filedata"]
    assert 'filename="boots.jpg"' in head
    assert "Content-Type: image/jpeg" in head
    assert content == JPEG
    assert message.json() == {
        "recipient": {"id": JANE.value},
        "messaging_type": "RESPONSE",
        "reply_to": {"mid": "m_IN1"},
        "message": {
            "attachment": {"type": "image", "payload": {"attachment_id": "1857777774821032"}},
            "metadata": "part-1",
        },
    }


def test_a_persons_late_file_keeps_its_tag() -> None:
    _, (_, message) = send_photo({ATTACHMENTS: UPLOADED, MESSAGES: ACCEPTED}, late=True, speaker=Speaker.AGENT)
    assert (message.json()["messaging_type"], message.json()["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")


@pytest.mark.parametrize(
    ("reply", "code"),
    [(Reply(drop=True), "connection_lost"), (Reply(502, b"<html>"), "http_502"), (Reply(200, {}), "no_attachment_id")],
)
def test_an_upload_that_fails_is_repeated_safely(reply: Reply, code: str) -> None:
    with pytest.raises(SendError) as caught:
        send_photo({ATTACHMENTS: reply, MESSAGES: ACCEPTED})
    assert (caught.value.outcome, caught.value.code) == (Outcome.RETRY, code)


def test_a_lost_answer_to_the_message_with_the_file_is_ambiguous() -> None:
    with pytest.raises(SendError) as caught:
        send_photo({ATTACHMENTS: UPLOADED, MESSAGES: Reply(drop=True)})
    assert caught.value.outcome is Outcome.AMBIGUOUS


def test_a_file_that_is_gone_is_not_asked_for_at_meta() -> None:
    with pytest.raises(SendError) as caught:
        send_photo({ATTACHMENTS: refusal(190), MESSAGES: refusal(190)}, KeptFiles({}))
    assert caught.value.code == "media_gone"


def test_a_file_of_the_wrong_type_fails_for_good() -> None:
    error = refused({ATTACHMENTS: refusal(100, 2018047)}, OutboundMessage("", media=(PHOTO,)), "media")
    assert (error.outcome, error.code) == (Outcome.CONTENT_REJECTED, "100/2018047")


# Meta's words for each of them; the table's every line is here, and nothing else.
REFUSALS = [
    (4, None, Outcome.PACE, "(#4) Application request limit reached"),
    (9, None, Outcome.PACE, "(#9) User is performing too many actions"),
    (17, None, Outcome.PACE, "(#17) User request limit reached"),
    (32, None, Outcome.PACE, "(#32) Page request limit reached"),
    (341, None, Outcome.PACE, "(#341) Feed action request limit reached"),
    (613, None, Outcome.PACE, "(#613) Calls to this api have exceeded the rate limit."),
    (613, 2018338, Outcome.PACE, "(#613) Warning! You are engaging in behavior that may be considered bothersome"),
    (80001, None, Outcome.PACE, "(#80001) There have been too many calls to this Page account."),
    (80006, None, Outcome.PACE, "(#80006) There have been too many messages sent by this page."),
    (1, None, Outcome.RETRY, "An unknown error has occurred."),
    (2, None, Outcome.RETRY, "An unexpected error has occurred. Please retry your request later."),
    (1200, None, Outcome.RETRY, "Temporary send message failure. Please try again later."),
    (100, 2018008, Outcome.RETRY, "(#100) Failed to fetch the file from the url."),
    (100, 2018294, Outcome.RETRY, "(#100) Video upload timed out or video is corrupted."),
    (10, 2018321, Outcome.RETRY, "(#10) The chat is currently controlled by Messenger."),
    (2018321, None, Outcome.RETRY, "The chat is currently controlled by Messenger."),
    (10, 2018278, Outcome.WINDOW_CLOSED, "(#10) This message is sent outside of allowed window."),
    (10, 2534022, Outcome.WINDOW_CLOSED, "(#10) This message is sent outside of allowed window."),
    (10, 2018065, Outcome.WINDOW_CLOSED, "(#10) This message is sent outside of allowed window."),
    (2018278, None, Outcome.WINDOW_CLOSED, "This message is sent outside of allowed window."),
    (2534022, None, Outcome.WINDOW_CLOSED, "This message is sent outside of allowed window."),
    (10, 1893015, Outcome.OPTED_OUT, "(#10) This user has currently stopped notification messages for this topic"),
    (1893015, None, Outcome.OPTED_OUT, "This user has currently stopped notification messages for this topic"),
    (551, None, Outcome.ADDRESS_DEAD, "(#551) This person isn't receiving messages from you right now."),
    (551, 1545041, Outcome.ADDRESS_DEAD, "(#551) This person isn't available right now."),
    (200, 1545041, Outcome.ADDRESS_DEAD, "(#200) Message Not Sent: This person isn't available right now."),
    (10, 2018108, Outcome.ADDRESS_DEAD, "(#10) They can't receive your messages right now."),
    (100, 2018001, Outcome.ADDRESS_DEAD, "(#100) No matching user found"),
    (2018001, None, Outcome.ADDRESS_DEAD, "No matching user found"),
    (3, None, Outcome.MISCONFIGURED, "(#3) Application does not have the capability to make this API call."),
    (10, None, Outcome.MISCONFIGURED, "(#10) Application does not have permission for this action"),
    (10, 1404170, Outcome.MISCONFIGURED, "(#10) Application does not have permission for this action"),
    (10, 1893063, Outcome.MISCONFIGURED, "(#10) You are temporarily restricted from sending messages."),
    (1893063, None, Outcome.MISCONFIGURED, "You are temporarily restricted from sending messages."),
    (100, 33, Outcome.MISCONFIGURED, "Unsupported post request. Object with ID '1' does not exist"),
    (100, 2018164, Outcome.MISCONFIGURED, "(#100) Incorrect App ID."),
    (102, None, Outcome.MISCONFIGURED, "Session key invalid or no longer valid"),
    (190, None, Outcome.MISCONFIGURED, "Invalid OAuth access token."),
    (368, None, Outcome.MISCONFIGURED, "(#368) The action attempted has been deemed abusive or is disallowed"),
    (803, None, Outcome.MISCONFIGURED, "(#803) Some of the aliases you requested do not exist"),
    (2022, None, Outcome.MISCONFIGURED, "(#2022) The ability to send commerce messages has been disabled."),
    (100, None, Outcome.CONTENT_REJECTED, "(#100) Message tags other than HUMAN_AGENT are no longer supported."),
    (100, 2018014, Outcome.CONTENT_REJECTED, "(#100) Cannot send both message and state at the same time."),
    (100, 2018047, Outcome.CONTENT_REJECTED, "(#100) Upload attachment failure."),
    (100, 2018074, Outcome.CONTENT_REJECTED, "(#100) Possible invalid ID or you do not own the attachment."),
    (100, 2018109, Outcome.CONTENT_REJECTED, "(#100) Attachment size exceeds allowable limit"),
    (100, 2018320, Outcome.CONTENT_REJECTED, "(#100) Invalid product id"),
    (10, 2018300, Outcome.CONTENT_REJECTED, "(#10) Message failed to send because another app is controlling it."),
    (2018300, None, Outcome.CONTENT_REJECTED, "Message failed to send because another app is controlling it."),
    (100, 2534037, Outcome.CONTENT_REJECTED, "(#100) The action is invalid since it's not the thread owner."),
    (9000001, None, Outcome.CONTENT_REJECTED, "This Message has been deleted by the user or the business."),
]
BY_STATUS = {"http_401": 401, "http_403": 403, "http_404": 404}


@pytest.mark.parametrize(("code", "subcode", "outcome", "words"), REFUSALS)
def test_a_refusal_has_its_outcome(code: int, subcode: int | None, outcome: Outcome, words: str) -> None:
    error = refused({MESSAGES: refusal(code, subcode, words)})
    assert (error.outcome, error.code) == (outcome, _key(code, subcode))


@pytest.mark.parametrize("code", BY_STATUS)
def test_a_refusal_without_a_code_is_known_by_its_status(code: str) -> None:
    error = refused({MESSAGES: Reply(BY_STATUS[code], b"<html>")})
    assert (error.outcome, error.code) == (Outcome.MISCONFIGURED, code)


def test_every_line_of_the_table_is_tried() -> None:
    listed = read(ERRORS)["codes"]
    tried = {_key(code, subcode) for code, subcode, _, _ in REFUSALS} | BY_STATUS.keys() | {"2xx"}
    assert {str(code) for codes in listed.values() for code in codes} == tried


@pytest.mark.parametrize("code", [200, 230, 299])
def test_the_permissions_are_a_family(code: int) -> None:
    assert refused({MESSAGES: refusal(code)}).outcome is Outcome.MISCONFIGURED


@pytest.mark.parametrize(("code", "subcode", "known_as"), [(10, 7, "10"), (613, 1893016, "613"), (551, 7, "551")])
def test_an_unknown_subcode_leaves_the_code(code: int, subcode: int, known_as: str) -> None:
    assert refused({MESSAGES: refusal(code, subcode)}).code == known_as


@pytest.mark.parametrize(
    ("code", "subcode", "scope"), [(10, 1893015, "marketing"), (613, 2018338, "pair"), (613, None, "all")]
)
def test_a_refusal_reaches_as_far_as_it_says(code: int, subcode: int | None, scope: str) -> None:
    assert refused({MESSAGES: refusal(code, subcode)}).scope == scope


def test_check_names_the_page() -> None:
    line, (asked,) = against({"GET me": Reply(200, {"id": PAGE, "name": "Shop"})}, lambda account: account.check())
    assert line == f"Shop ({PAGE})"
    assert asked.path == "/v26.0/me?fields=id,name"


def _key(code: int, subcode: int | None) -> str:
    return str(code) if subcode is None else f"{code}/{subcode}"


def _fields(asked: Asked) -> dict[str, tuple[str, bytes]]:
    """Reads a multipart form: name -> (headers, content)."""
    boundary = asked.headers["Content-Type"].partition("boundary=")[2].strip('"')
    found = {}
    for piece in asked.body.split(f"--{boundary}".encode())[1:-1]:
        head, _, content = piece.partition(b"\r\n\r\n")
        name = head.decode().partition('name="')[2].partition('"')[0]
        found[name] = (head.decode(), content.removesuffix(b"\r\n"))
    return found
