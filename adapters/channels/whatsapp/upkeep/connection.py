"""Connects a number to Meta, and checks it: its business account, the webhook, quality and limits, templates."""

from collections.abc import Awaitable
from typing import Any

from adapters.channels.whatsapp.settings import PATH, AccountSettings
from adapters.channels.whatsapp.upkeep.findings import checked, complaints, failed
from adapters.meta.graph import Graph
from adapters.meta.template_shape import FIELDS, shape_of
from core.errors import Outcome, SendError
from core.ports.channel import Finding
from core.ports.templates import TemplateState

_NUMBER = "display_phone_number,verified_name,name_status,status,quality_rating,throughput"
_LIMITS = ("whatsapp_business_manager_messaging_limit", "messaging_limit_tier")  # today's field, the one before
_CALLBACKS = ("phone_number", "whatsapp_business_account", "application")  # the first that is set gets the messages
# Meta's words for the state of a template, as ours; one that we do not know may not be used.
_STATUSES = {
    "APPROVED": "approved",
    "PENDING": "pending",
    "IN_APPEAL": "pending",
    "REJECTED": "rejected",
    "PAUSED": "paused",
}


class Connection:
    """Sets up and checks one number's connection. A failed call is a finding; only `templates` raises."""

    def __init__(self, settings: AccountSettings, graph: Graph) -> None:
        self._number = settings.phone_number_id
        self._verify_token = settings.verify_token
        self._business = settings.business_account_id
        self._graph = graph

    async def setup(self, base_url: str) -> list[Finding]:
        """Subscribes our app to the business account, then names our webhook for it.

        Meta asks the webhook for the challenge during the second call, so that it must be reachable already. Only
        messages, echoes and syncs follow the override (Meta, "Webhook overrides").
        """
        url = f"{base_url}{PATH}"
        override = {"override_callback_uri": url, "verify_token": self._verify_token}
        found = [await _finding("subscription", self._subscribe({}), "app subscribed to the business account")]
        if found[0].ok:
            found.append(await _finding("webhook", self._subscribe(override), url))
        note = "templates, quality and alerts go to the callback URL of the app itself"
        todo = f"App dashboard > WhatsApp > Configuration: callback URL {url}, your verify token, all fields on."
        return [*found, Finding("account news", True, note, todo=todo)]

    async def status(self, base_url: str) -> list[Finding]:
        """Lists what Meta says of the number and of the webhook; what it does not say is no finding."""
        try:
            number = await self._graph.get(f"{self._number}?fields={_NUMBER}")
        except SendError as error:
            return [failed("token and number", error)]
        said = f"{number.get('display_phone_number', self._number)} {number.get('verified_name', '')}".strip()
        found = [Finding("token and number", True, said), *checked(number)]
        for what, look in (
            ("messaging limit", self._limit()),
            ("health", self._health()),
            ("subscription", self._subscribed()),
            ("webhook", self._callback(base_url)),
        ):
            found += await _looked(what, look)
        return found

    async def templates(self) -> list[TemplateState]:
        """Reads GET /{business}/message_templates, all pages. Raises SendError."""
        path = f"{await self.business_id()}/message_templates?fields={FIELDS}&limit=100"
        listed = await self._graph.listed(path)
        return [
            TemplateState(
                str(each.get("name", "")),
                str(each.get("language", "")),
                str(each.get("category", "")).lower(),
                _STATUSES.get(str(each.get("status")), "disabled"),
                shape_of(each),
            )
            for each in listed
        ]

    async def business_id(self) -> str:
        """Finds the WhatsApp Business Account: a number does not name it but in its health (Meta, "Health status").

        Raises SendError.
        """
        if not self._business:
            found = [str(each.get("id", "")) for each in await self._entities() if each.get("entity_type") == "WABA"]
            if not found or not found[0]:
                raise SendError(Outcome.MISCONFIGURED, "no_business", "Meta names no business account for the number")
            self._business = found[0]
        return self._business

    async def _entities(self) -> list[dict[str, Any]]:
        answer = await self._graph.get(f"{self._number}?fields=health_status")
        health = answer.get("health_status")
        listed = health.get("entities") if isinstance(health, dict) else None
        return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []

    async def _subscribe(self, payload: dict[str, Any]) -> None:
        await self._graph.post(f"{await self.business_id()}/subscribed_apps", payload)

    async def _limit(self) -> list[Finding]:
        """Checks how many people may be written to in 24 hours. Graph refuses a field that it no longer has."""
        for field in _LIMITS:
            try:
                answer = await self._graph.get(f"{self._number}?fields={field}")
            except SendError as error:
                if error.outcome is not Outcome.CONTENT_REJECTED:
                    raise
            else:
                return [Finding("messaging limit", True, str(answer[field]))] if answer.get(field) else []
        return []

    async def _health(self) -> list[Finding]:
        """Lists what stands in the way of sending, with Meta's own advice."""
        return [
            Finding(f"health of {each.get('entity_type', '')}", False, said, cure)
            for each in await self._entities()
            if each.get("can_send_message") in ("BLOCKED", "LIMITED")
            for said, cure in complaints(each)
        ]

    async def _subscribed(self) -> list[Finding]:
        apps = await self._graph.listed(f"{await self.business_id()}/subscribed_apps")
        data = (each.get("whatsapp_business_api_data") for each in apps)
        names = ", ".join(str(each.get("name", "")) for each in data if isinstance(each, dict))
        if apps:
            return [Finding("subscription", True, names)]
        return [Finding("subscription", False, "no app receives this account's messages", "doorstep channels setup")]

    async def _callback(self, base_url: str) -> list[Finding]:
        """Checks where messages go: the number's own URL, else the business account's, else the app's."""
        answer = await self._graph.get(f"{self._number}?fields=webhook_configuration")
        urls = answer.get("webhook_configuration")
        if not isinstance(urls, dict):
            return []
        url = next((urls[key] for key in _CALLBACKS if urls.get(key)), "")
        ok = url == f"{base_url}{PATH}"
        cure = f"doorstep channels setup (PUBLIC_URL is {base_url}; it must be reachable from Meta by https)."
        return [Finding("webhook", ok, str(url) or "no callback URL", "" if ok else cure)]


async def _looked(what: str, look: Awaitable[list[Finding]]) -> list[Finding]:
    try:
        return await look
    except SendError as error:
        return [failed(what, error)]


async def _finding(what: str, call: Awaitable[None], said: str) -> Finding:
    try:
        await call
    except SendError as error:
        return failed(what, error)
    return Finding(what, True, said)
