import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import structs

from adapters.channels.spec import Site
from adapters.channels.whatsapp.kit import build
from adapters.channels.whatsapp.settings import AccountSettings
from adapters.transport.http import Http
from core.errors import Outcome, SendError
from core.messages.outbound import Media, OutboundMessage, TemplateCall
from core.people.addresses import Address
from core.ports.blocking import Blocker
from core.ports.calls import Download, Sent
from core.ports.channel import Channel
from tests.adapters.channels.files import JPEG, KeptFiles
from tests.adapters.channels.provider import Asked, Provider, Reply

ACCOUNT = "106540352242922"
TOKEN = "EAAGtoken"
PHONE = Address("whatsapp", ACCOUNT, "+12025550101")
HELLO = OutboundMessage("Hello")
HIDDEN = Address("whatsapp", ACCOUNT, "US.13491208655302741918")


def account_at(url: str, http: Http, files: KeptFiles | None = None) -> Channel:
    return build([AccountSettings(ACCOUNT, TOKEN, ("s",), "v")], Site(url, http, files or KeptFiles())).accounts[0]


def send(reply: Reply, to: Address = PHONE, message: OutboundMessage = HELLO) -> tuple[Sent, Asked]:
    async def run() -> tuple[Sent, Asked]:
        http = Http()
        async with Provider(reply) as provider:
            account = account_at(f"{provider.url}/v26.0/", http)
            try:
                return await account.send(account.render(message).parts[0], to, "part-1"), provider.asked[0]
            finally:
                await http.close()

    return asyncio.run(run())


def accepted(**contact: str) -> Reply:
    return Reply(200, {"messages": [{"id": "wamid.OUT1"}], "contacts": [contact]})


def refused(code: int, status: int = 400, **more: Any) -> SendError:
    with pytest.raises(SendError) as caught:
        send(Reply(status, {"error": {"code": code, "message": f"(#{code})", **more}}))
    return caught.value


def test_a_phone_is_addressed_by_its_digits() -> None:
    sent, asked = send(accepted(input="12025550101", wa_id="12025550101"))
    assert sent == Sent("wamid.OUT1")
    assert (asked.method, asked.path) == ("POST", f"/v26.0/{ACCOUNT}/messages")
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
    assert asked.json() == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "12025550101",
        "biz_opaque_callback_data": "part-1",
        "type": "text",
        "text": {"body": "Hello", "preview_url": False},
    }


def test_a_quote_of_what_is_gone_is_left_out() -> None:
    async def run() -> tuple[Sent, list[Asked]]:
        gone = Reply(400, {"error": {"code": 131009, "message": "(#131009) Parameter value is not valid"}})
        http = Http()
        async with Provider(accepted(), lambda asked: gone if "context" in asked.json() else None) as provider:
            account = account_at(f"{provider.url}/v26.0/", http)
            try:
                (part,) = account.render(OutboundMessage("Hello", reply_to="wamid.GONE")).parts
                return await account.send(part, PHONE, "part-1"), provider.asked
            finally:
                await http.close()

    sent, asked = asyncio.run(run())
    assert sent == Sent("wamid.OUT1")
    assert "context" not in asked[-1].json()


def test_a_hidden_phone_is_addressed_by_the_business_scoped_id() -> None:
    sent, asked = send(accepted(input=HIDDEN.value, user_id=HIDDEN.value, wa_id="12025550101"), HIDDEN)
    assert asked.json()["recipient"] == HIDDEN.value
    assert "to" not in asked.json()
    assert sent.aliases == (Address("whatsapp", ACCOUNT, "+12025550101"),)


def test_another_wa_id_is_an_alias_of_the_customer() -> None:
    sent, _ = send(accepted(input="12025550101", wa_id="12025550177"))
    assert sent.aliases == (Address("whatsapp", ACCOUNT, "+12025550177"),)


@pytest.mark.parametrize("state", ["accepted", "held_for_quality_assessment", "paused"])
def test_a_template_held_back_counts_as_sent_until_a_receipt_says_otherwise(state: str) -> None:
    message = OutboundMessage(template=TemplateCall("order_shipped", "en_US"))
    sent, _ = send(Reply(200, {"messages": [{"id": "wamid.OUT1", "message_status": state}]}), message=message)
    assert sent == Sent("wamid.OUT1")


def test_an_acceptance_without_an_id_is_ambiguous() -> None:
    for body in ({}, {"messages": []}, {"messages": [{}]}, b"<html>"):
        with pytest.raises(SendError) as caught:
            send(Reply(200, body))
        assert caught.value.outcome is Outcome.AMBIGUOUS


@pytest.mark.parametrize(
    ("details", "kept"),
    [
        ("template name (order_shipped) does not exist in en_US", True),
        ("body has no parameter customer_name", True),
        ("Parameter value Jane is not valid", False),
        ("Malformed access token EAAGtoken", False),
        ("Not delivered to 12025550101", False),
    ],
)
def test_a_detail_is_kept_unless_it_repeats_what_we_sent(details: str, kept: bool) -> None:
    message = OutboundMessage(template=TemplateCall("order_shipped", "en_US", ("Jane",), names=("customer_name",)))
    with pytest.raises(SendError) as caught:
        send(Reply(400, {"error": {"code": 132001, "error_data": {"details": details}}}), message=message)
    assert caught.value.detail == (details if kept else "")


PHOTO = Media("photo1", "image", "image/jpeg", "boots.jpg", len(JPEG), "https://shop.example/m/photo1")


def send_file(
    upload: Reply, message: Reply | None = None, media: Media = PHOTO, files: KeptFiles | None = None
) -> tuple[Sent | SendError, list[Asked], list[Asked]]:
    """Returns what came of it, what was asked of /media and what of /messages."""
    uploads: list[Asked] = []

    def before(asked: Asked) -> Reply | None:
        if not asked.path.endswith("/media"):
            return None
        uploads.append(asked)
        return upload

    async def run() -> tuple[Sent | SendError, list[Asked], list[Asked]]:
        http = Http()
        async with Provider(message or accepted(wa_id="12025550101"), before) as provider:
            account = account_at(provider.url, http, files)
            (part,) = account.render(OutboundMessage("Look", media=(media,))).parts
            try:
                return await account.send(part, PHONE, "part-1"), uploads, provider.asked
            except SendError as error:
                return error, uploads, provider.asked
            finally:
                await http.close()

    return asyncio.run(run())


def test_a_file_is_uploaded_and_sent_by_its_id() -> None:
    sent, (upload,), (asked,) = send_file(Reply(200, {"id": "4490709327384033"}))
    assert isinstance(sent, Sent)
    assert upload.path == f"/{ACCOUNT}/media"
    assert upload.headers["Authorization"] == f"Bearer {TOKEN}"
    assert JPEG in upload.body
    assert b'name="messaging_product"\r\n\r\nwhatsapp' in upload.body
    assert b'name="type"\r\n\r\nimage/jpeg' in upload.body
    assert asked.json()["image"] == {"id": "4490709327384033", "caption": "Look"}
    assert "file" not in asked.json()


@pytest.mark.parametrize("upload", [Reply(500), Reply(drop=True), Reply(200, {}), Reply(200, {"id": 7})])
def test_an_upload_that_fails_is_repeated(upload: Reply) -> None:
    error, _, asked = send_file(upload)
    assert isinstance(error, SendError)
    assert error.outcome is Outcome.RETRY
    assert asked == []


def test_a_file_that_meta_does_not_take_is_rejected() -> None:
    refusal = {"error": {"code": 100, "message": "(#100) Param file must be a file with one of the following types"}}
    error, _, asked = send_file(Reply(400, refusal))
    assert isinstance(error, SendError)
    assert error.outcome is Outcome.CONTENT_REJECTED
    assert asked == []


def test_a_lost_answer_to_the_message_itself_is_ambiguous() -> None:
    error, _, _ = send_file(Reply(200, {"id": "1"}), Reply(drop=True))
    assert isinstance(error, SendError)
    assert error.outcome is Outcome.AMBIGUOUS


def test_a_file_we_no_longer_keep_goes_by_its_link() -> None:
    sent, uploads, (asked,) = send_file(Reply(), files=KeptFiles({}))
    assert isinstance(sent, Sent)
    assert uploads == []
    assert asked.json()["image"] == {"link": PHOTO.link, "caption": "Look"}


@pytest.mark.parametrize("link", ["", "http://127.0.0.1:8000/m/photo1"])
def test_without_a_public_link_it_is_gone(link: str) -> None:
    error, _, _ = send_file(Reply(), media=structs.replace(PHOTO, link=link), files=KeptFiles({}))
    assert isinstance(error, SendError)
    assert (error.outcome, error.code) == (Outcome.CONTENT_REJECTED, "media_gone")


def test_a_picture_too_large_for_an_upload_goes_by_its_link() -> None:
    sent, uploads, (asked,) = send_file(Reply(), media=structs.replace(PHOTO, size=8_000_000))
    assert isinstance(sent, Sent)
    assert uploads == []
    assert asked.json()["document"] == {"link": PHOTO.link, "filename": "boots.jpg", "caption": "Look"}


def test_a_templates_header_is_uploaded_too() -> None:
    def before(asked: Asked) -> Reply | None:
        return Reply(200, {"id": "77"}) if asked.path.endswith("/media") else None

    async def run() -> Asked:
        http = Http()
        async with Provider(accepted(), before) as provider:
            account = account_at(provider.url, http)
            message = OutboundMessage(template=TemplateCall("boots", "en", ("Jane",)), media=(PHOTO,))
            await account.send(account.render(message).parts[0], PHONE, "part-1")
            await http.close()
            return provider.asked[0]

    header, body = asyncio.run(run()).json()["template"]["components"]
    assert header == {"type": "header", "parameters": [{"type": "image", "image": {"id": "77"}}]}
    assert body["parameters"] == [{"type": "text", "text": "Jane"}]


def test_a_read_mark_is_for_nobody_and_comes_back_without_an_id() -> None:
    async def run() -> tuple[Sent, Asked]:
        http = Http()
        async with Provider(Reply(200, {"success": True})) as provider:
            account = account_at(provider.url, http)
            mark = account.render(OutboundMessage("Hello", seen="wamid.IN1")).parts[-1]
            sent = await account.send(mark, PHONE, "part-1")
            await http.close()
            return sent, provider.asked[0]

    sent, asked = asyncio.run(run())
    assert sent == Sent("")
    assert asked.path == f"/{ACCOUNT}/messages"
    assert asked.json() == {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN1"}


def locate(reply: Reply, ref: str = "1003383421387256") -> tuple[Download | SendError, Asked]:
    async def run() -> tuple[Download | SendError, Asked]:
        http = Http()
        async with Provider(reply) as provider:
            try:
                return await account_at(provider.url, http).locate(ref), provider.asked[0]
            except SendError as error:
                return error, provider.asked[0]
            finally:
                await http.close()

    return asyncio.run(run())


def test_media_lies_behind_a_fresh_link_and_the_token() -> None:
    url = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1003383421387256&ext=1796118300&hash=x"
    found, asked = locate(Reply(200, {"url": url, "mime_type": "image/jpeg", "file_size": 303833, "id": "1"}))
    assert found == Download(url, {"Authorization": f"Bearer {TOKEN}"}, 100_000_000, "image/jpeg")
    assert asked.path == f"/1003383421387256?phone_number_id={ACCOUNT}"


@pytest.mark.parametrize(
    ("reply", "outcome", "code"),
    [
        (Reply(400, {"error": {"code": 100, "error_subcode": 33}}), Outcome.CONTENT_REJECTED, "media_gone"),
        (Reply(200, {}), Outcome.CONTENT_REJECTED, "no_url"),
        (Reply(401, {"error": {"code": 190}}), Outcome.MISCONFIGURED, "190"),
        (Reply(drop=True), Outcome.RETRY, "connection_lost"),
    ],
)
def test_media_that_cannot_be_located(reply: Reply, outcome: Outcome, code: str) -> None:
    error, _ = locate(reply)
    assert isinstance(error, SendError)
    assert (error.outcome, error.code) == (outcome, code)


def test_a_handle_stays_one_part_of_the_path() -> None:
    _, asked = locate(Reply(200, {}), "../me?fields=a")
    assert asked.path.startswith("/..%2Fme%3Ffields")


def test_meta_keeps_no_list_of_what_was_missed() -> None:
    account = account_at("http://127.0.0.1:9", Http())
    assert asyncio.run(account.missed(datetime(2026, 12, 1, tzinfo=UTC))) == []


def test_marketing_stopped_by_the_customer_is_only_about_marketing() -> None:
    assert refused(131050).scope == "marketing"
    assert refused(131047).scope == "all"


def test_check_names_the_number() -> None:
    async def run() -> tuple[str, Asked]:
        http = Http()
        async with Provider(
            Reply(200, {"display_phone_number": "+1 202-555-0100", "verified_name": "Shop"})
        ) as provider:
            account = account_at(provider.url, http)
            line = await account.check()
            await http.close()
            return line, provider.asked[0]

    line, asked = asyncio.run(run())
    assert line == "+1 202-555-0100 Shop"
    assert asked.method == "GET"
    assert asked.path.startswith(f"/{ACCOUNT}?")


@pytest.mark.parametrize(("blocked", "method"), [(True, "POST"), (False, "DELETE")])
def test_meta_is_asked_to_block_and_to_let_through(blocked: bool, method: str) -> None:
    async def run() -> Asked:
        http = Http()
        async with Provider(Reply(200, {"messaging_product": "whatsapp"})) as provider:
            account = account_at(f"{provider.url}/v26.0/", http)
            assert isinstance(account, Blocker)
            try:
                await account.block(PHONE, blocked=blocked)
                return provider.asked[0]
            finally:
                await http.close()

    asked = asyncio.run(run())
    assert (asked.method, asked.path) == (method, f"/v26.0/{ACCOUNT}/block_users")
    assert asked.json() == {"messaging_product": "whatsapp", "block_users": [{"user": "12025550101"}]}
