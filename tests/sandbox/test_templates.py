"""Tests that templates are checked as Meta checks them, shown with their words, and made of Meta's library."""

from typing import Any

import pytest

from sandbox.platforms.meta.errors import GraphError
from sandbox.platforms.meta.templates.parameters import Button
from sandbox.platforms.meta.templates.registered import Template, Templates
from sandbox.platforms.wordings.registered import MESSENGER, WHATSAPP, WORDINGS
from tests.sandbox.playground import Playground, play
from tests.sandbox.test_messenger import message as page_message
from tests.sandbox.test_messenger import post as page_post
from tests.sandbox.test_whatsapp import message, post

Json = dict[str, Any]
JANE = "jane-whatsapp"
TRACK = Button("URL", "Track", "https://t.example/{{1}}")
NAMED = {
    "name": "named",
    "parameter_format": "NAMED",
    "header": "Order {{order_no}}",
    "body": "Hi {{customer_name}}, it left with {{carrier}}.",
    "buttons": [{"type": "URL", "text": "Track", "url": "https://t.example/{{1}}"}, "Where is it?"],
}


def text(value: str, name: str = "") -> Json:
    return {"type": "text", "text": value, **({"parameter_name": name} if name else {})}


def part(kind: str, *parameters: Json, **more: Any) -> Json:
    return {"type": kind, "parameters": list(parameters), **more}


def button(index: int, value: Json, kind: str = "url") -> Json:
    return part("button", value, sub_type=kind, index=str(index))


def calls(name: str, *components: Json, language: str = "en") -> Json:
    return {"name": name, "language": {"code": language}, "components": list(components)}


def known(**about: Any) -> Templates:
    templates = Templates(WHATSAPP)
    templates.add(Template("own", "en", **{"body": "Hello {{1}}", **about}))
    return templates


HELLO = part("body", text("Jane"))


@pytest.mark.parametrize(
    ("about", "components", "code", "words"),
    [
        ({}, [], 132000, "body: number of localizable_params (0)"),
        ({}, [part("body", text("a"), text("b"))], 132000, "expected number of params (1)"),
        ({"header": "No. {{1}}"}, [HELLO], 132000, "header: number of localizable_params (0)"),
        ({"header_format": "IMAGE"}, [HELLO], 132012, "header: Format mismatch, expected IMAGE, received UNKNOWN"),
        ({"header_format": "IMAGE"}, [HELLO, part("header", text("a"))], 132012, "expected IMAGE, received TEXT"),
        ({"header": "Hi"}, [HELLO, part("header", {"type": "image", "image": {}})], 132012, "expected TEXT"),
        ({"buttons": [TRACK]}, [HELLO], 131008, "Button at index 0 of type Url requires a parameter"),
        ({"buttons": ["Wait"]}, [HELLO, button(1, text("x"))], 132018, "there is no button at index 1"),
        ({"buttons": [Button("URL", "a", "https://a")]}, [HELLO, button(0, text("x"))], 132018, "does not require"),
        (
            {"parameter_format": "NAMED", "body": "Hello {{name}}"},
            [HELLO],
            100,
            "Parameter name is missing or empty",
        ),
        (
            {"parameter_format": "NAMED", "body": "Hello {{name}}"},
            [part("body", text("Jane", "nom"))],
            100,
            "body has no parameter nom",
        ),
        ({"status": "PAUSED"}, [HELLO], 132015, "paused"),
        ({"status": "DISABLED"}, [HELLO], 132016, "disabled"),
        ({"status": "PENDING"}, [HELLO], 132001, "does not exist"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(about: Json, components: list[Json], code: int, words: str) -> None:
    with pytest.raises(GraphError) as caught:
        known(**about).use(calls("own", *components))
    assert caught.value.code == code
    assert words in f"{caught.value.message} {caught.value.details}"


def test_what_fits_is_taken_in_any_order() -> None:
    both = {"parameter_format": "NAMED", "body": "{{a}} and {{b}}"}
    known(**both).use(calls("own", part("body", text("2", "b"), text("1", "a"))))
    known(buttons=[TRACK, "Wait"]).use(calls("own", HELLO, button(0, text("JD1"))))
    known(body="Twice {{1}} {{1}}").use(calls("own", part("body", text("x"))))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", WORDINGS)
def test_the_shops_own_are_there_from_the_start(name: str, language: str) -> None:
    for languages in (WHATSAPP, MESSENGER):
        found = Templates(languages).get(name, languages[language])
        assert found is not None
        assert found.body


def test_a_template_with_everything_is_shown_filled_and_its_button_comes_back() -> None:
    async def scenario(place: Playground) -> None:
        await place.api("templates", NAMED)
        filled = calls(
            "named",
            part("header", text("1001", "order_no")),
            part("body", text("Jane", "customer_name"), text("DHL", "carrier")),
            button(0, text("JD0001")),
            button(1, {"type": "payload", "payload": "order_status"}, "quick_reply"),
        )
        status, body = await post(place, message("template", filled))
        assert status == 200, body
        shown = place.transcript(JANE)[-1]
        assert (shown.header, shown.text) == ("Order 1001", "Hi Jane, it left with DHL.")
        assert [(each.title, each.url) for each in shown.choices] == [
            ("Track", "https://t.example/JD0001"),
            ("Where is it?", ""),
        ]
        await place.say(JANE, choice="Where is it?")
        said = place.product.on("/webhooks/whatsapp")[-1].json["entry"][0]["changes"][0]["value"]["messages"][0]
        assert said["button"] == {"payload": "order_status", "text": "Where is it?"}

    play(scenario)


def test_a_page_shows_its_utility_template_with_buttons() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("sofia-messenger", text="hi")
        await place.api("templates", {"platform": "messenger", **NAMED})
        components = [
            part("header", text("1001", "order_no")),
            part("body", text("Sofia", "customer_name"), text("DHL", "carrier")),
            part("buttons", {"type": "URL", "url": "JD0001"}, {"type": "POSTBACK", "payload": "order_status"}),
        ]
        utility = page_message(place) | {
            "messaging_type": "UTILITY",
            "message": {"template": calls("named", *components)},
        }
        status, body = await page_post(place, utility)
        assert status == 200, body
        shown = place.transcript("sofia-messenger")[-1]
        assert (shown.header, shown.text) == ("Order 1001", "Hi Sofia, it left with DHL.")
        assert [each.kind for each in shown.choices] == ["url", "postback"]
        utility["message"] = {"template": calls("named", *components[:2])}
        assert (await page_post(place, utility))[1]["error"]["code"] == 100

    play(scenario)


def test_metas_library_is_listed_and_cloned() -> None:
    async def scenario(place: Playground) -> None:
        base = place.settings["GRAPH_API_URL"]
        headers = {"Authorization": f"Bearer {place.settings['WHATSAPP_ACCESS_TOKEN']}"}
        business = place.config.extra["whatsapp_business_id"]

        async def call(path: str, body: Json | None = None) -> Json:
            verb = "POST" if body else "GET"
            async with place.session.request(verb, f"{base}/{path}", json=body, headers=headers) as response:
                answer: Json = await response.json()
                return answer

        found = (await call("message_template_library?name=shipment_confirmation_4&language=zh_CN"))["data"]
        assert [(each["category"], each["body_param_types"]) for each in found] == [("UTILITY", ["TEXT", "TEXT"])]
        assert len((await call("message_template_library?usecase=ORDER_DELAY"))["data"]) == 2
        assert (await call("message_template_library?name=no_such_thing"))["data"] == []
        wanted: Json = {"name": "shipped", "language": "zh_CN", "category": "UTILITY"}
        clone: Json = {**wanted, "library_template_name": "shipment_confirmation_4"}
        assert "button inputs" in (await call(f"{business}/message_templates", clone))["error"]["message"]
        url = {"base_url": "https://shop.example/orders/{{1}}", "url_suffix_example": "https://shop.example/orders/1"}
        clone["library_template_button_inputs"] = [{"type": "URL", "url": url}]
        made = await call(f"{business}/message_templates", clone)
        assert (made["status"], made["category"]) == ("APPROVED", "UTILITY")
        assert (await call(f"{business}/message_templates", clone))["error"]["error_subcode"] == 2388024
        (listed,) = (await call(f"{business}/message_templates?name=shipped"))["data"]
        assert listed["library_template_name"] == "shipment_confirmation_4"
        assert listed["components"][-1]["buttons"][0]["url"] == "https://shop.example/orders/{{1}}"
        body: Json = {"type": "BODY", "text": "Hello {{1}}, it is here."}
        own = {**wanted, "name": "own", "components": [body]}
        assert "example" in (await call(f"{business}/message_templates", own))["error"]["message"]
        body["example"] = {"body_text": [["Jane"]]}
        assert (await call(f"{business}/message_templates", own))["status"] == "PENDING"

    play(scenario)
