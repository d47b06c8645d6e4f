"""Tests what follows when a provider refuses a template: told once, the next way taken, and its end."""

import asyncio
import dataclasses
from typing import Any, cast

import msgspec
import pytest

from core.content.capabilities import ErrorTable
from core.encoding import encode
from core.errors import Outcome
from core.messages.inbound import AccountNews, ReceiptStatus
from core.messages.outbound import OutboundMessage, Speaker, TemplateCall
from core.ports.templates import TemplateState
from hub.accounts import upkeep
from hub.accounts.upkeep import UPKEEP, Upkeep
from hub.timers.kind import Kind
from hub.timers.loop import Timers
from storage.accounts import incidents
from storage.accounts.tables import templates as templates_table
from storage.queues.tables import outbox as outbox_table
from tests.hub.delivery.test_delivery import fails, put, wrote
from tests.hub.house import WHATSAPP, House
from tests.hub.notices.test_lifecycle import JANE, ordered, parcel

BOTH = msgspec.structs.replace(JANE, notify=("sms", "whatsapp"))
CALL = TemplateCall("order_shipped", "en", ("Jane", "1001"))
WORDS = "body: number of localizable_params (6) does not match the expected number of params (5)"


def told(house: House) -> list[str]:
    return [post.text for post in house.posts() if getattr(post, "case_id", None) == ""]


def troubled(house: House) -> list[tuple[str, str, str]]:
    with house.store.read() as conn:
        return [(row.template, row.language, row.code) for row in incidents.open_now(conn)]


def by_template(house: House, call: TemplateCall | None = CALL) -> None:
    """Puts a message by a template into the outbox."""
    id_ = put(house, to=WHATSAPP, speaker=Speaker.NOTICE)
    message = OutboundMessage("Hello", template=call, speaker=Speaker.NOTICE)
    with house.store.write() as conn:
        conn.execute(outbox_table.update().where(outbox_table.c.id == id_).values(payload=encode(message)))


def refuse(house: House, code: str = "132000", scope: str = "template", **more: Any) -> None:
    fails(house, Outcome.CONTENT_REJECTED, code, "whatsapp", scope=scope, **more)


def look(house: House) -> None:
    """Looks after the accounts."""
    kind = Kind(Upkeep(lambda arrivals: [True for _ in arrivals], "https://shop.example").look_after, upkeep.accounts)
    asyncio.run(Timers(house.hub, {UPKEEP: kind}).look())


def test_a_refused_template_is_told_once_and_the_notice_goes_another_way(house: House) -> None:
    refuse(house, detail=WORDS)
    house.told(ordered(buyer=BOTH), parcel())
    assert len(house.texts("sms")) == 1
    (alarm,) = told(house)
    assert "WhatsApp (main): template `order_shipped` (en) is refused (132000: body: number of" in alarm
    assert "`doorstep doctor` shows" in alarm
    assert troubled(house) == [("order_shipped", "en", "132000")]
    refuse(house, detail=WORDS)
    house.told(parcel("more", id="s2", tracking_number="JD0002"))
    assert len(house.texts("sms")) == 1
    assert told(house) == []


def test_it_is_over_when_a_message_by_it_is_taken_and_stops_nothing_else(house: House) -> None:
    wrote(house)
    refuse(house)
    by_template(house)
    house.send()
    assert len(told(house)) == 1
    put(house, to=WHATSAPP)
    by_template(house, msgspec.structs.replace(CALL, language="zh_CN"))
    house.send()
    assert len(house.channels["whatsapp"].sent) == 2
    assert troubled(house) == [("order_shipped", "en", "132000")]
    assert told(house) == []
    by_template(house)
    house.send()
    assert troubled(house) == []
    assert told(house) == [":white_check_mark: WhatsApp (main): template `order_shipped` (en) is taken again."]


def test_what_comes_and_goes_is_told_once_a_day(house: House) -> None:
    for _ in range(3):
        refuse(house, "132005")
        by_template(house)
        house.send()
        by_template(house)
        house.send()
    assert len(told(house)) == 2
    house.later(hours=25)
    refuse(house, "132005")
    by_template(house)
    house.send()
    assert len(told(house)) == 1


def test_a_name_longer_than_its_column_stops_nothing(house: House) -> None:
    long = TemplateCall("a" * 512, "en")  # Meta allows as many
    refuse(house)
    by_template(house, long)
    house.send()
    assert len(told(house)) == 1
    by_template(house, long)
    house.send()
    assert troubled(house) == []


def test_a_message_without_a_template_says_nothing_of_templates(house: House) -> None:
    wrote(house)
    refuse(house, "100")
    by_template(house, None)
    house.send()
    assert (troubled(house), told(house)) == ([], [])


def test_a_template_out_of_use_is_paused_as_well(house: House) -> None:
    refuse(house, "132015", "suspended")
    by_template(house)
    house.send()
    assert [(row.name, row.status) for row in house.rows(templates_table)] == [("order_shipped", "paused")]
    (alarm,) = told(house)
    assert "`doorstep channels templates` shows its state" in alarm
    house.accept(
        AccountNews("n1", "whatsapp", "main", house.clock(), "template_status", "order_shipped", "en", "APPROVED")
    )
    house.drain()
    assert troubled(house) == []
    assert "was changed and is tried anew" in told(house)[0]


def test_a_refusal_by_receipt_ends_with_a_message_that_arrives(house: House) -> None:
    table = msgspec.structs.replace(house.channels["whatsapp"].errors, scopes={"refused": "template"})
    cast("dict[tuple[str, str], ErrorTable]", house.hub.errors)["whatsapp", "main"] = table
    by_template(house)
    house.send()
    house.receipt(ReceiptStatus.FAILED, WHATSAPP, provider_id="whatsapp-1", code="refused")
    assert troubled(house) == [("order_shipped", "en", "refused")]
    assert len(told(house)) == 1
    by_template(house)
    house.send()
    assert len(troubled(house)) == 1
    house.receipt(ReceiptStatus.DELIVERED, WHATSAPP, provider_id="whatsapp-2")
    assert troubled(house) == []
    assert "is taken again" in told(house)[0]


@pytest.mark.parametrize("change", ["settings", "state"])
def test_a_change_of_settings_or_at_the_provider_ends_it(house: House, change: str) -> None:
    was = TemplateState("order_shipped", "en", "utility", "paused")
    channel = house.channels["whatsapp"]
    channel.list_templates = [was]
    look(house)
    told(house)
    refuse(house)
    (template, call) = _as_shipped(house)
    by_template(house, call)
    house.send()
    told(house)
    house.later(minutes=20)
    look(house)
    assert len(troubled(house)) == 1
    house.later(minutes=20)
    if change == "state":
        channel.list_templates = [msgspec.structs.replace(was, status="approved")]
        look(house)
    else:
        sections = {"whatsapp": {"shipped": msgspec.structs.replace(template, body=template.body[:5])}}
        policy = house.hub.notices
        new = msgspec.structs.replace(policy, templates=msgspec.structs.replace(policy.templates, sections=sections))
        house.hub.shelf.bring(dataclasses.replace(house.hub.shelf.now, notices=new))
        house.hub.shelf.change()
        look(house)
    assert troubled(house) == []
    assert any("was changed and is tried anew" in line for line in told(house))


def _as_shipped(house: House) -> tuple[Any, TemplateCall]:
    template = house.hub.notices.templates.find("whatsapp", "shipped")
    assert template is not None
    return template, template.call("en", {name: "x" for _, name in template.ours()})
