import asyncio

import pytest

from adapters.channels.messenger import AccountSettings, build
from adapters.http import Http
from core.addresses import Address
from core.errors import Outcome, SendError
from core.messages import OutboundMessage
from core.ports import Sent
from tests.adapters.channels.provider import Asked, Provider, Reply

PAGE, TOKEN = "1911512552446543", "EAAGpage"
JANE = Address("messenger", PAGE, "6543210987654321")


def send(reply: Reply) -> tuple[Sent, Asked]:
    async def run() -> tuple[Sent, Asked]:
        http = Http()
        async with Provider(reply) as provider:
            account = build([AccountSettings(PAGE, TOKEN, ("s",), "v")], f"{provider.url}/v26.0", http).accounts[0]
            try:
                return await account.send(
                    account.render(OutboundMessage("Hello")).parts[0], JANE, "part-1"
                ), provider.asked[0]
            finally:
                await http.close()

    return asyncio.run(run())


def test_the_correlation_travels_as_metadata() -> None:
    sent, asked = send(Reply(200, {"recipient_id": JANE.value, "message_id": "m_OUT1"}))
    assert sent == Sent("m_OUT1")
    assert (asked.method, asked.path) == ("POST", f"/v26.0/{PAGE}/messages")
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
    assert asked.json() == {
        "recipient": {"id": JANE.value},
        "messaging_type": "RESPONSE",
        "message": {"text": "Hello", "metadata": "part-1"},
    }


def test_an_acceptance_without_an_id_is_ambiguous() -> None:
    with pytest.raises(SendError) as caught:
        send(Reply(200, {"recipient_id": JANE.value}))
    assert caught.value.outcome is Outcome.AMBIGUOUS


@pytest.mark.parametrize(
    ("code", "subcode", "outcome", "known_as"),
    [
        (10, 2018278, Outcome.WINDOW_CLOSED, "10/2018278"),
        (10, 1893063, Outcome.MISCONFIGURED, "10/1893063"),
        (10, None, Outcome.MISCONFIGURED, "10"),
        (10, 7, Outcome.MISCONFIGURED, "10"),
        (551, 1545041, Outcome.ADDRESS_DEAD, "551/1545041"),
        (551, None, Outcome.ADDRESS_DEAD, "551"),
        (100, 2018001, Outcome.ADDRESS_DEAD, "100/2018001"),
        (100, None, Outcome.CONTENT_REJECTED, "100"),
        (230, None, Outcome.MISCONFIGURED, "230"),
        (613, 1893016, Outcome.PACE, "613"),
        (1200, None, Outcome.RETRY, "1200"),
    ],
)
def test_a_subcode_decides_before_its_code(code: int, subcode: int | None, outcome: Outcome, known_as: str) -> None:
    more = {} if subcode is None else {"error_subcode": subcode}
    with pytest.raises(SendError) as caught:
        send(Reply(400, {"error": {"code": code, "message": f"(#{code})", **more}}))
    assert (caught.value.outcome, caught.value.code) == (outcome, known_as)


def test_check_names_the_page() -> None:
    async def run() -> tuple[str, Asked]:
        http = Http()
        async with Provider(Reply(200, {"id": PAGE, "name": "Shop"})) as provider:
            account = build([AccountSettings(PAGE, TOKEN, ("s",), "v")], provider.url, http).accounts[0]
            line = await account.check()
            await http.close()
            return line, provider.asked[0]

    line, asked = asyncio.run(run())
    assert line == f"Shop ({PAGE})"
    assert asked.path.startswith("/me?")
