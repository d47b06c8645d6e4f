"""Connects the page to this app, and checks it: its webhook fields, its Get Started button, its templates.

The callback URL itself belongs to the app, and only its dashboard (or the app's own token) can set it.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from adapters.channels.messenger.inbound.envelope import fields, words
from adapters.channels.messenger.inbound.messages import GET_STARTED
from adapters.channels.messenger.settings import PATH
from adapters.meta.graph import Graph
from adapters.meta.template_shape import FIELDS, shape_of
from adapters.transport.batch import items
from core.errors import Outcome, SendError
from core.ports.channel import Finding
from core.ports.templates import TemplateState

# Without these Doorstep cannot work.
NEEDED = (
    "messages",
    "messaging_postbacks",
    "messaging_referrals",
    "messaging_optins",
    "message_deliveries",
    "message_reads",
    "message_echoes",
    "message_edits",
    "message_reactions",
    "messaging_handovers",
    "messaging_policy_enforcement",
    "standby",
)
# These need a permission or a feature that not every page has. Left out on purpose: response_feedback, which puts
# buttons under every message; it is read where somebody else has asked for it.
WISHED = ("messaging_account_linking", "messaging_feedback", "send_cart", "message_template_status_update")
STATES = {"APPROVED": "approved", "REJECTED": "rejected", "PAUSED": "paused", "DISABLED": "disabled"}
WAITING = ("PENDING", "IN_APPEAL")

_ENTER = "App dashboard > Messenger > Settings: this callback URL and your verify token, if they are not there yet."
_CURE = "run `doorstep channels setup`"
_RENEW = (
    "make a page token with pages_messaging and pages_manage_metadata in the app's dashboard (Messenger, Settings) "
    "and set MESSENGER_ACCESS_TOKEN"
)


async def setup(graph: Graph, page_id: str, base_url: str) -> list[Finding]:
    """Calls POST /{page}/subscribed_apps and the Messenger profile; tells what was done. A refusal is a finding."""
    return [
        await _found("subscription", lambda: _subscribe(graph, page_id), _RENEW),
        await _found("get started button", lambda: _register(graph), "give the app the permission pages_messaging"),
        Finding("callback url", True, f"{base_url}{PATH}", todo=_ENTER),
    ]


async def status(graph: Graph, page_id: str, base_url: str) -> list[Finding]:
    """Checks whether Meta would reach us. A failed call is a finding, too."""
    return [
        await _found("page", lambda: _page(graph, page_id), _RENEW),
        await _found("subscription", lambda: _subscription(graph, page_id, base_url), _CURE),
        await _found("get started button", lambda: _button(graph), _CURE),
    ]


async def templates(graph: Graph, page_id: str) -> list[TemplateState]:
    """Reads GET /{page}/message_templates, all pages. Raises SendError.

    Meta's reference of this edge does not name what a template is made of; where it is refused, we do without.
    """
    try:
        listed = await graph.listed(f"{page_id}/message_templates?fields={FIELDS}&limit=100")
    except SendError as error:
        if error.outcome is not Outcome.CONTENT_REJECTED:
            raise
        listed = await graph.listed(f"{page_id}/message_templates?fields=name,language,category,status&limit=100")
    return [_template(each) for each in listed if words(each.get("name"))]


async def _found(what: str, look: Callable[[], Awaitable[Finding]], cure: str) -> Finding:
    try:
        return await look()
    except SendError as error:
        return Finding(what, False, f"{error.code}: {error.detail}".rstrip(": "), cure)


async def _subscribe(graph: Graph, page_id: str) -> Finding:
    """Subscribes with every field; where Meta refuses one of the optional ones, without these."""
    try:
        await _post_fields(graph, page_id, (*NEEDED, *WISHED))
    except SendError as error:
        if error.code.partition("/")[0] != "100":
            raise
        await _post_fields(graph, page_id, NEEDED)
        return Finding("subscription", True, f"{', '.join(NEEDED)}; refused: {', '.join(WISHED)}")
    return Finding("subscription", True, ", ".join((*NEEDED, *WISHED)))


async def _post_fields(graph: Graph, page_id: str, names: tuple[str, ...]) -> None:
    await graph.post(f"{page_id}/subscribed_apps", {"subscribed_fields": ",".join(names)})


async def _register(graph: Graph) -> Finding:
    await graph.post("me/messenger_profile", {"get_started": {"payload": GET_STARTED}})
    return Finding("get started button", True, GET_STARTED)


async def _page(graph: Graph, page_id: str) -> Finding:
    """Checks that the token is that of the page we name, and that people can see the page."""
    page = await graph.get("me?fields=id,name,is_published")
    told = f"{words(page.get('name'))} ({words(page.get('id'))})"
    if words(page.get("id")) != page_id:
        return Finding("page", False, f"the token belongs to {told}", "set MESSENGER_PAGE_ID and the token of one page")
    if page.get("is_published") is False:
        return Finding("page", False, f"{told} is not published", "publish the page in its settings")
    return Finding("page", True, told)


async def _subscription(graph: Graph, page_id: str, base_url: str) -> Finding:
    """Checks the subscription, which Meta drops after an hour of failures."""
    listed = items(await graph.get(f"{page_id}/subscribed_apps?fields=id,name,subscribed_fields"), "data")
    app = await _app(graph)
    ours = [fields(each) for each in listed if not app or words(fields(each).get("id")) == app]
    if not ours:
        return Finding("subscription", False, "the page is not subscribed to the app", _CURE)
    have = {name for each in ours for name in items(each, "subscribed_fields") if isinstance(name, str)}
    missing = [name for name in NEEDED if name not in have]
    if missing:
        return Finding("subscription", False, f"missing: {', '.join(missing)}", _CURE)
    return Finding("subscription", True, f"{len(have)} fields, to {base_url}{PATH}")


async def _app(graph: Graph) -> str:
    """Asks for the id of the app whose token this is; "" when Meta does not say."""
    try:
        return words((await graph.get("app?fields=id")).get("id"))
    except SendError:
        return ""


async def _button(graph: Graph) -> Finding:
    listed = items(await graph.get("me/messenger_profile?fields=get_started"), "data")
    payload = next((fields(fields(each).get("get_started")).get("payload") for each in listed), None)
    if payload != GET_STARTED:
        return Finding("get started button", False, f"its payload is {words(payload) or 'not set'}", _CURE)
    return Finding("get started button", True, GET_STARTED)


def _template(item: dict[str, Any]) -> TemplateState:
    """Reads a template; one without a state is of Meta's own library, and approved."""
    state = words(item.get("status")).upper() or "APPROVED"
    return TemplateState(
        name=words(item.get("name")),
        language=words(item.get("language")),
        category=(words(item.get("category")) or "UTILITY").lower(),
        status="pending" if state in WAITING else STATES.get(state, "disabled"),
        shape=shape_of(item),
    )
