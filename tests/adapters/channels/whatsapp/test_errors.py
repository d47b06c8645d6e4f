"""Tests the whole error table, code by code, in the forms in which Meta says them."""

import asyncio
from pathlib import Path

import pytest

from adapters.channels.spec import Site
from adapters.channels.whatsapp.kit import build
from adapters.channels.whatsapp.settings import AccountSettings
from adapters.meta.graph import load_error_table
from adapters.transport.http import Http
from core.content.capabilities import load_errors
from core.errors import Outcome, SendError
from core.messages.outbound import OutboundMessage
from core.people.addresses import Address
from tests.adapters.channels.files import KeptFiles
from tests.adapters.channels.provider import Provider, Reply

TABLE = Path("adapters/channels/whatsapp/errors.yaml")
TO = Address("whatsapp", "106540352242922", "+12025550101")
EXPECTED = {
    Outcome.PACE: "4 80007 130429 131048 131056 131064 133016",
    Outcome.RETRY: "1 2 131000 131014 131016 131057",
    Outcome.WINDOW_CLOSED: "131047",
    Outcome.OPTED_OUT: "131050",
    Outcome.ADDRESS_DEAD: "130497 131021 131026 131030",
    Outcome.MISCONFIGURED: "0 3 10 100/33 190 200 230 299 368 131005 131031 131037 131042 131044 131045 131063"
    " 133000 133005 133010 133015 133999",
    Outcome.CONTENT_REJECTED: "100 130472 131008 131009 131049 131051 131052 131053 131062 132000 132001 132005 132007"
    " 132008 132012 132015 132016 132018 132068 132069 132099 137000",
}
SCOPES = {
    "131050": "marketing",
    "131053": "file",
    "131056": "pair",
    **dict.fromkeys(("130497", "131048", "131064"), "alert"),
    **dict.fromkeys(("100", "131008", "131009", "132000", "132001", "132005", "132007", "132008"), "template"),
    **dict.fromkeys(("132012", "132018", "132068", "132069", "132099"), "template"),
    **dict.fromkeys(("132015", "132016"), "suspended"),
}
CASES = [(code, outcome) for outcome, codes in EXPECTED.items() for code in codes.split()]


def refusal(code: str) -> Reply:
    """Makes an error body as the Cloud API words it."""
    number, _, subcode = code.partition("/")
    error = {
        "message": f"(#{number}) Something is the matter",
        "type": "OAuthException",
        "code": int(number),
        "error_data": {"messaging_product": "whatsapp", "details": "What exactly is the matter."},
        **({"error_subcode": int(subcode)} if subcode else {}),
        "fbtrace_id": "Az8or2yhqkZfEZ-_4Qn_Bam",
    }
    return Reply(401 if number in ("0", "190") else 400, {"error": error})


def test_each_code_has_its_outcome() -> None:
    async def run() -> dict[str, SendError]:
        http, answers = Http(), [refusal(code) for code, _ in CASES]
        found = {}
        async with Provider(Reply(), lambda _: answers.pop(0)) as provider:
            settings = AccountSettings(TO.account, "EAAGtoken", ("s",), "v")
            account = build([settings], Site(provider.url, http, KeptFiles())).accounts[0]
            for code, _ in CASES:
                with pytest.raises(SendError) as caught:
                    await account.send(account.render(OutboundMessage("Hello")).parts[0], TO, "part-1")
                found[code] = caught.value
        await http.close()
        return found

    found = asyncio.run(run())
    assert {code: (error.outcome, error.code) for code, error in found.items()} == {
        code: (outcome, code) for code, outcome in CASES
    }
    assert {code: error.scope for code, error in found.items() if error.scope != "all"} == SCOPES
    assert {error.detail for error in found.values()} == {"What exactly is the matter."}


def test_no_code_of_the_table_is_without_a_test() -> None:
    listed = {code for code in load_errors(TABLE).codes if not code.startswith("http_")}
    tested = {code for code, _ in CASES}
    assert {code for code in listed if "x" not in code} <= tested
    assert all(any(code.startswith(family.rstrip("x")) for code in tested) for family in listed if "x" in family)


def test_each_line_of_the_table_says_what_it_is_about() -> None:
    lines = [line for line in TABLE.read_text().splitlines() if line.strip().startswith("- ")]
    assert [line for line in lines if "#" not in line and "http_" not in line] == []


def test_what_nobody_knows_is_never_repeated() -> None:
    assert load_error_table(TABLE).outcome("999999") is Outcome.CONTENT_REJECTED
