"""What messages cost, from the providers' own words: Meta's receipts, Twilio's list."""

import json
from collections.abc import Iterator

import pytest

from tests.journeys.actors import Json, until
from tests.journeys.system import System, system


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system whose connections are looked after all the time."""
    with system(tmp_path_factory.mktemp("costs")) as made:
        made.start({"CARE_SECONDS": "1", "PUBLIC_URL": made.product})
        yield made


def costs(desk: System, by: str) -> dict[str, Json]:
    told = desk.command("costs", "--by", by, "--json")
    assert told.returncode == 0, told.stderr
    return {row[by]: row for row in json.loads(told.stdout)}


def test_an_sms_costs_what_twilio_lists_and_a_reply_on_whatsapp_its_category(desk: System) -> None:
    phones = desk.phones_of("sms", name="Costly Cora", number="+12025550191", country="US")
    desk.sells("8101", desk.phone(phones["sms"])["number"], notify=["sms"])
    desk.handled()
    desk.ships("8101")
    desk.expect(phones["sms"], "8101")
    desk.say("jane-whatsapp", "hello")
    until(lambda: {"sms", "whatsapp"} <= costs(desk, "channel").keys(), "both are booked", timeout=90)
    by_channel, by_kind = costs(desk, "channel"), costs(desk, "kind")
    assert by_channel["sms"]["estimated"] == "0"
    assert float(by_channel["sms"]["amount"]) > 0
    assert by_channel["whatsapp"]["estimated"] == by_channel["whatsapp"]["amount"]
    assert by_kind["shipped"]["amount"] == by_channel["sms"]["amount"]
    told = desk.command("trace", "--order", "8101", "--json")
    notice = next(step["id"] for step in json.loads(told.stdout) if step["what"] == "notice")
    steps = json.loads(desk.command("trace", notice, "--json").stdout)
    assert [step["said_by"] for step in steps if step["what"] == "cost"] == ["provider"]
