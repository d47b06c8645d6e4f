"""Tests an agent's own page: inside Slack's limits, with what customers chose kept literal, and published."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from adapters.desks.slack.blocks.home import home_view
from adapters.desks.slack.inbound.app import create_app, handle
from adapters.desks.slack.outbound.posts import call_of
from adapters.desks.slack.settings import SlackSettings
from core.desk.events import Command, DeskUser, Pressed
from core.desk.forms import HomeOpened
from core.desk.home import LISTED, CaseLine, CaseList, Home, Numbers
from core.desk.links import moment, thread_link
from core.desk.posts import PostEphemeral, PostHome
from core.errors import SendError
from core.people.conversations import Priority
from sandbox.platforms.slack import blocks
from tests.adapters.desks.slack.fake_slack import FakeSlack
from tests.adapters.desks.slack.test_app import SETTINGS, Store, signed

NOW = datetime(2026, 12, 1, 10, 2, tzinfo=UTC)
ADDRESS = "https://northwind.slack.com/"
ADDRESSES = {"": ADDRESS}
LINE = CaseLine(
    "case-1", 7, "asked_human", "*Jane* <!channel>", "whatsapp", NOW, "C0SUPPORT", "1796119280.445566", Priority.URGENT
)
FULL = CaseList((LINE,) * LISTED, 400)
NUMBERS = Numbers(NOW, 4, 3, 2, 5, timedelta(minutes=12))
OPENED = {
    "type": "event_callback",
    "event_id": "Ev1",
    "event": {"type": "app_home_opened", "user": "UBEA", "tab": "home", "event_ts": "1796119280.445566"},
}


def texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [text for value in part.values() for text in texts(value)]
    return [text for each in part for text in texts(each)] if isinstance(part, list) else []


def test_a_full_page_is_inside_slacks_limits() -> None:
    page = Home(FULL, FULL, FULL, NUMBERS, is_away=False, may_claim=True)
    view = home_view(page, ADDRESSES)
    blocks.check(view["blocks"], blocks.VIEW_BLOCKS)
    said = texts(view["blocks"])
    assert "… and 388 more: /desk queue lists them." in said
    assert any(text.startswith("Opened 4 · resolved 3") for text in said)


def test_what_a_customer_is_called_is_literal_and_the_number_links() -> None:
    shown = json.dumps(home_view(Home(mine=CaseList((LINE,), 1), numbers=NUMBERS), ADDRESSES))
    assert '"mrkdwn", "text": "since' in shown
    assert f"{ADDRESS}archives/C0SUPPORT/p1796119280445566" in shown
    rich = [block for block in home_view(Home(mine=CaseList((LINE,), 1)), {})["blocks"] if block["type"] == "rich_text"]
    assert "<!channel>" in json.dumps(rich)
    assert '"link"' not in json.dumps(rich)


def test_an_empty_page_says_so_and_a_refused_one_says_why() -> None:
    said = texts(home_view(Home(numbers=NUMBERS), ADDRESSES)["blocks"])
    assert "Nobody waits. 🎉" in said
    assert texts(home_view(Home(refusal="Only members."), ADDRESSES)["blocks"]) == ["Only members."]


@pytest.mark.parametrize(("is_away", "button"), [(None, None), (True, "desk_back"), (False, "desk_away")])
def test_the_switch_is_the_other_way(is_away: bool | None, button: str | None) -> None:
    shown = json.dumps(home_view(Home(is_away=is_away), {}))
    assert [each for each in ("desk_away", "desk_back") if each in shown] == ([button] if button else [])


def test_an_answer_links_where_the_workspace_is_known_and_goes_to_who_is_nowhere() -> None:
    answer = PostEphemeral("", "UBEA", f"{thread_link(7, 'C0SUPPORT', '1.2')} <b>")
    call = call_of(answer, None, "C0SUPPORT", "", "", ADDRESSES)
    assert (call.method, call.arguments["channel"]) == ("chat_postMessage", "UBEA")
    assert call.arguments["text"] == f"<{ADDRESS}archives/C0SUPPORT/p12|#7> &lt;b&gt;"
    assert call_of(replace(answer, place="C1"), None, "", "", "").arguments["text"] == "#7 &lt;b&gt;"
    with pytest.raises(SendError):
        call_of(PostHome(DeskUser("UBEA", "Bea", True)), None, "", "", "")


def test_an_answers_times_are_each_readers_own() -> None:
    call = call_of(PostEphemeral("", "UBEA", f"since {moment(NOW)}"), None, "C0SUPPORT", "", "", ADDRESSES)
    assert call.arguments["text"] == (
        f"since <!date^{int(NOW.timestamp())}^{{date_short_pretty}} {{time}}|2026-12-01 10:02 UTC>"
    )


class Pages:
    """Knows one page, or nobody."""

    def __init__(self, page: Home | None) -> None:
        self.page = page

    def home(self, opened: HomeOpened) -> Home | None:
        assert opened.user == "UBEA"
        return self.page

    def command(self, _command: Command) -> str | None:
        return f"• {thread_link(7, 'C0SUPPORT', '1.2')}"

    def form(self, _pressed: Pressed) -> None:
        return None


def test_who_is_not_known_yet_is_left_to_a_worker() -> None:
    store = Store()
    app = create_app((SETTINGS,), store.accept, Pages(None), lambda: NOW)  # type: ignore[arg-type]
    assert handle(app, signed(json.dumps(OPENED), NOW)).status == 200
    assert [(each.action, each.user, each.place) for each in store.kept if isinstance(each, Pressed)] == [
        ("desk_home", "UBEA", "")
    ]


def test_a_page_is_published_at_once() -> None:
    asyncio.run(_published())


async def _published() -> None:
    async with FakeSlack({"auth.test": {"ok": True, "url": ADDRESS}}) as slack:
        settings = SlackSettings(
            bot_token="xoxb-1", channel="C0SUPPORT", signing_secrets=SETTINGS.signing_secrets, api_url=slack.url
        )
        page = Home(mine=CaseList((LINE,), 1))
        app = create_app((settings,), Store().accept, Pages(page), lambda: NOW)  # type: ignore[arg-type]
        await asyncio.to_thread(handle, app, signed(json.dumps(OPENED), NOW))
        async with asyncio.timeout(10):
            while len(slack.calls) < 2:
                await asyncio.sleep(0.01)
        (asked, _), (method, arguments) = slack.calls
        assert (asked, method, arguments["user_id"]) == ("auth.test", "views.publish", "UBEA")
        assert f"{ADDRESS}archives" in json.dumps(arguments["view"])
