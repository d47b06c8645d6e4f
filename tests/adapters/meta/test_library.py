"""Tests that Meta's library is asked, and that a template of it is made ours as Meta wants it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
import pytest

from adapters.meta import library
from adapters.meta.graph import Graph
from adapters.transport.http import Http
from core.content.capabilities import ErrorTable
from core.errors import Outcome, SendError
from core.ports.templates import Offer, TemplateState
from tests.adapters.channels.provider import Asked, Provider, Reply

T = TypeVar("T")
# As in Meta's documentation of the template library, with a header.
DELIVERED = {
    "name": "delivery_confirmation_1",
    "language": "en",
    "category": "UTILITY",
    "topic": "ORDER_MANAGEMENT",
    "usecase": "DELIVERY_CONFIRMATION",
    "industry": ["E_COMMERCE"],
    "header": "Order {{1}}",
    "body": "Hi {{1}}, your order {{2}} was successfully delivered!",
    "body_params": ["John", "12345"],
    "body_param_types": ["TEXT", "TEXT"],
    "buttons": [
        {"type": "URL", "text": "Manage order", "url": "https://www.example.com"},
        {"type": "PHONE_NUMBER", "text": "Call us", "phone_number": "+18005551234"},
    ],
    "id": "7635027653257090",
}
OFFER = Offer(
    "delivery_confirmation_1",
    "en",
    "utility",
    "Order {{1}}",
    "Hi {{1}}, your order {{2}} was successfully delivered!",
    1,
    2,
    ("Manage order",),
)
URL = "https://shop.example/orders/{{1}}"


def against(answer: Reply, use: Callable[[Graph], Awaitable[T]]) -> tuple[T, list[Asked]]:
    asked: list[Asked] = []

    def record(request: Asked) -> Reply:
        asked.append(request)
        return answer

    async def run() -> T:
        http = Http()
        async with Provider(Reply(), record) as provider:
            try:
                return await use(Graph(http, provider.url, "EAAGtoken", ErrorTable({"100": Outcome.CONTENT_REJECTED})))
            finally:
                await http.close()

    return asyncio.run(run()), asked


def test_a_template_is_found_by_name_and_language() -> None:
    data = [{**DELIVERED, "language": "en_GB"}, {**DELIVERED, "name": "delivery_confirmation_10"}, DELIVERED]
    found, (asked,) = against(Reply(200, {"data": data}), lambda graph: library.offered(graph, OFFER.name, "en"))
    assert found == OFFER
    assert asked.path.endswith("/message_template_library?name=delivery_confirmation_1&language=en")


@pytest.mark.parametrize("data", [[], [{}], ["odd"], [{**DELIVERED, "body": None}], None])
def test_what_is_not_there_is_not_offered(data: Any) -> None:
    found, _ = against(Reply(200, {"data": data}), lambda graph: library.offered(graph, OFFER.name, "en"))
    assert found is None


def test_it_becomes_ours_with_an_input_for_each_button_that_leads_somewhere() -> None:
    reply = Reply(200, {"id": "1", "status": "APPROVED", "category": "UTILITY"})
    made, (asked,) = against(reply, lambda graph: library.adopt(graph, "10229", OFFER, "parcel_delivered", URL))
    assert made == TemplateState("parcel_delivered", "en", "utility", "approved")
    assert asked.path.endswith("/10229/message_templates")
    leads = {"base_url": URL, "url_suffix_example": "https://shop.example/orders/1001"}
    assert msgspec.json.decode(asked.body) == {
        "name": "parcel_delivered",
        "language": "en",
        "category": "UTILITY",
        "library_template_name": "delivery_confirmation_1",
        "library_template_button_inputs": [{"type": "URL", "url": leads}],
    }


def test_one_without_buttons_has_no_inputs() -> None:
    bare = msgspec.structs.replace(OFFER, urls=())
    made, (asked,) = against(Reply(200, {"id": "1"}), lambda graph: library.adopt(graph, "1", bare, "refund_sent", ""))
    assert made.status == "pending"
    assert "library_template_button_inputs" not in msgspec.json.decode(asked.body)


def test_a_refusal_is_an_error() -> None:
    refusal = Reply(400, {"error": {"code": 100, "message": "(#100) Content in this language already exists"}})
    with pytest.raises(SendError):
        against(refusal, lambda graph: library.adopt(graph, "1", OFFER, "parcel_delivered", URL))
