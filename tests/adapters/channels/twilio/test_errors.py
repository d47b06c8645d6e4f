"""Tests the whole error table, code by code, in the forms in which Twilio says them (reference: channels A6)."""

import asyncio
from pathlib import Path

import pytest

from adapters.channels.spec import Site
from adapters.channels.twilio.kit import build
from adapters.channels.twilio.outbound.errors import ERRORS
from adapters.channels.twilio.settings import AccountSettings
from adapters.transport.http import Http
from core.content.capabilities import load_errors
from core.errors import Outcome, SendError
from core.messages.outbound import OutboundMessage
from core.people.addresses import Address
from tests.adapters.channels.files import KeptFiles
from tests.adapters.channels.provider import Provider, Reply

TABLE = Path("adapters/channels/twilio/errors.yaml")
TO = Address("sms", "+12025550100", "+12025550101")
EXPECTED = {
    Outcome.OPTED_OUT: "21610",
    Outcome.ADDRESS_DEAD: "21211 21612 21614 21635 30004 30005 30006 63003 63015 63024 63031 63033 63036",
    Outcome.WINDOW_CLOSED: "63016",
    Outcome.PACE: "20429 14107 30001 30022 30023 30027 21611 63017 63018 63038",
    Outcome.MISCONFIGURED: "30034 30032 21408 21601 21606 21603 21609 21701 21703 21705 20003 20404 30002 63001"
    " 63007 63020 63022 63051 63112",
    Outcome.CONTENT_REJECTED: "12300 21602 21617 21619 21620 21623 21654 21655 21656 30007 30011 30019 30036 63005"
    " 63006 63013 63019 63021 63027 63028 63029 63030 63032 63040 63041 63042 63049",
    Outcome.RETRY: "20500 20503 30003 30008 30009 30010 30017 30020 30021 63009 63010 63012",
}
SCOPES = {
    **dict.fromkeys(("21408", "21606", "63018"), "pair"),
    **dict.fromkeys(("30007", "30023", "30027", "63038"), "alert"),
    **dict.fromkeys(("21654", "21655", "21656", "63005", "63006", "63013", "63016", "63021"), "template"),
    **dict.fromkeys(("63027", "63028", "63029", "63030"), "template"),
    **dict.fromkeys(("63040", "63041", "63042"), "suspended"),
    **dict.fromkeys(("12300", "30011", "30019", "63019"), "file"),
}
CASES = [(code, outcome) for outcome, codes in EXPECTED.items() for code in codes.split()]
# Words of failed statuses without a code, and of our own.
WORDS = {
    "canceled": Outcome.CONTENT_REJECTED,
    "media_ref": Outcome.CONTENT_REJECTED,
    "undelivered": Outcome.RETRY,
    "failed": Outcome.RETRY,
    "foreign_host": Outcome.MISCONFIGURED,
}
STATUSES = {"20429": 429, "14107": 429, "20003": 401, "20404": 404, "20500": 500, "20503": 503}


def refusal(code: str) -> Reply:
    """Makes an error body as the Messages resource words it."""
    status = STATUSES.get(code, 400)
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Reply(status, {"code": int(code), "message": "What is the matter", "more_info": more, "status": status})


def test_each_code_has_its_outcome() -> None:
    async def run() -> dict[str, SendError]:
        http, answers = Http(), [refusal(code) for code, _ in CASES]
        found = {}
        async with Provider(Reply(), lambda _: answers.pop(0)) as provider:
            settings = AccountSettings("AC1", ("t",), TO.account)
            account = build([settings], Site(provider.url, http, KeptFiles(), "https://shop.example")).accounts[0]
            for code, _ in CASES:
                with pytest.raises(SendError) as caught:
                    await account.send(account.render(OutboundMessage("Hello")).parts[0], TO, "part-1")
                found[code] = caught.value
        await http.close()
        return found

    found = asyncio.run(run())
    assert [(code, found[code].outcome) for code, _ in CASES] == CASES
    assert {code: error.code for code, error in found.items()} == {code: code for code, _ in CASES}
    assert {code: error.scope for code, error in found.items() if error.scope != "all"} == SCOPES


def test_receipts_have_the_same_table() -> None:
    assert all(ERRORS.outcome(code) is outcome for code, outcome in [*CASES, *WORDS.items()])
    assert ERRORS.outcome("29999") is Outcome.CONTENT_REJECTED


def test_no_code_is_listed_that_the_test_does_not_know() -> None:
    listed = {code for code in load_errors(TABLE).codes if not code.startswith("http_")}
    assert listed == {code for code, _ in CASES} | set(WORDS)


def test_every_code_says_what_it_means() -> None:
    lines = [line for line in TABLE.read_text().splitlines() if line.lstrip().startswith(("- 2", "- 3", "- 6", "- 1"))]
    assert len(lines) == len(CASES)
    assert not [line for line in lines if "# " not in line]
