"""Tests what Slack is told of translations: a customer's own post is changed, an open form is drawn anew."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.desks.slack.blocks.form import CHANGED, modal
from adapters.desks.slack.blocks.messages import WORDS, customer_words
from adapters.desks.slack.inbound.app import create_app
from adapters.desks.slack.inbound.parse import parse
from core.content.text import size
from core.desk.events import Pressed
from core.desk.forms import Changed, Field, Form, Passage
from core.desk.posts import PostCustomer, PostForm, PostTranslation
from core.errors import Outcome
from sandbox.platforms.slack import blocks
from tests.adapters.desks.slack.test_app import SETTINGS, Store
from tests.adapters.desks.slack.test_forms import Drawer, post
from tests.adapters.desks.slack.test_gateway import PLACE, posted, refused

NOW = datetime(2026, 12, 1, 10, 2, tzinfo=UTC)
SAID = PostCustomer("case-1", "kaputt <!channel> *sofort*", change="edited")
BELOW = PostTranslation("case-1", "o1", "broken <!channel> *at once* </blocks>", "1796119260.1", SAID)
ASKED = Pressed("x", PLACE, "1.1", "1.2", "UBEA", "case_translate", "case-1", NOW, {"own": "Hi"}, "V123")
FORM = Form(
    "case_translate",
    "case-1",
    "Translate",
    (Field("own", "Yours", "text", "Hi"), Field("ask", "Translate", "button", redraws=True), Passage("Wait.")),
    "Send",
    waits=True,
)


def lines(rendered: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    """Reads the elements of rich text: (words, italic)."""
    (section,) = rendered[0]["elements"]
    return [(each["text"], bool(each.get("style", {}).get("italic"))) for each in section["elements"]]


def test_the_customers_post_is_changed_and_everything_is_literal() -> None:
    sent, called, body = posted(BELOW, correlation="part-1")
    assert (called, body["channel"], body["ts"]) == ("chat.update", PLACE, "1796119260.1")
    assert sent.provider_id == "1796119260.1"
    assert lines(body["blocks"])[-1] == ("translated: broken <!channel> *at once* </blocks>", True)
    assert ("kaputt <!channel> *sofort*", False) in lines(body["blocks"])
    assert "<!channel>" not in body["text"]
    assert body["metadata"]["event_payload"]["case"] == "case-1"


def test_a_post_that_is_gone_needs_no_translation() -> None:
    posted(BELOW, chat_update={"ok": False, "error": "message_not_found"})
    error = refused(PostTranslation("case-1", "o1", "broken"))
    assert (error.outcome, error.code) == (Outcome.CONTENT_REJECTED, "no_view")


def test_an_open_form_is_drawn_anew_and_a_closed_one_left() -> None:
    sent, called, body = posted(PostForm(ASKED, "Hallo", "de", form=FORM))
    assert (called, body["view_id"], sent.provider_id) == ("views.update", "V123", "V123")
    assert body["view"]["callback_id"] == "case_translate"
    posted(PostForm(ASKED, form=FORM), views_update={"ok": False, "error": "not_found"})
    assert refused(PostForm(ASKED)).code == "no_view"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=6000), st.text(min_size=1, max_size=6000))
def test_any_words_with_any_translation_are_a_message_that_slack_takes(said: str, translated: str) -> None:
    rendered = list(customer_words(said, (), translated=translated).blocks)
    blocks.check(rendered, blocks.MESSAGE_BLOCKS)
    whole = sum(size(words, "utf16") for words, _ in lines(rendered)) if rendered else 0
    assert whole <= WORDS + 200


def test_a_button_in_a_form_is_no_input_and_its_press_a_question() -> None:
    view = modal(FORM, ASKED)
    blocks.check(view["blocks"], blocks.VIEW_BLOCKS)
    (row,) = [each for each in view["blocks"] if each["type"] == "actions"]
    assert row["elements"][0]["action_id"] == CHANGED
    changed = parse(pressed(view), NOW)
    assert isinstance(changed, Changed)
    assert changed.pressed.values == {"own": "Hello"}
    asked = changed.as_press()
    assert (asked.view, asked.action, asked.value, asked.values) == ("V1", "case_translate", "case-1", {"own": "Hello"})
    assert asked.external_id != changed.pressed.external_id  # or what is submitted next would be the same event


def pressed(view: dict[str, Any]) -> dict[str, Any]:
    state = {"own": {"own": {"type": "plain_text_input", "value": "Hello"}}}
    shown = {**view, "id": "V1", "hash": "h", "state": {"values": state}}
    action = {"action_id": CHANGED, "action_ts": "1796119280.445566", "block_id": "ask"}
    return {"type": "block_actions", "user": {"id": "UBEA"}, "view": shown, "actions": [action], "trigger_id": "1.2"}


class Asking(Drawer):
    """Draws a form that waits for a worker, or not."""

    waits = True

    def form(self, _pressed: Pressed) -> Form | None:
        """Draws it."""
        return Form(FORM.id, FORM.subject, FORM.title, FORM.items, FORM.submit, self.waits)


@pytest.mark.parametrize("waits", [True, False])
def test_a_form_that_waits_is_left_to_a_worker_as_well(waits: bool) -> None:
    store, drawer = Store(), Asking()
    drawer.waits = waits
    app = create_app((SETTINGS,), store.accept, drawer, lambda: NOW)
    post(app, pressed(modal(FORM, ASKED)))
    assert [each.view for each in store.kept if isinstance(each, Pressed)] == (["V1"] if waits else [])
