"""Sends notes from one Pigeon loft, says what a refusal means, looks after its connection."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from adapters.channels.pigeon.parse import CHANNEL, read
from adapters.channels.pigeon.render import render
from adapters.channels.pigeon.settings import PATH, AccountSettings

from adapters.transport.http import Http, HttpReply, raise_for_transport, retry_after
from core.content.capabilities import Capabilities, ErrorTable
from core.errors import Outcome, SendError
from core.messages.inbound import InboundEvent
from core.messages.outbound import OutboundMessage
from core.messages.pieces import Profile
from core.people.addresses import Address
from core.ports.calls import Download, Part, Rendered, Sent
from core.ports.channel import Finding
from core.ports.templates import TemplateState

_CURE = "set PIGEON_LOFT and PIGEON_API_KEY to what the loft's page shows"
_SET_UP = "run `doorstep channels setup`"


class PigeonAccount:
    """Speaks for one loft as a `core.ports.channel.Channel`."""

    channel = CHANNEL

    def __init__(
        self, settings: AccountSettings, api_url: str, capabilities: Capabilities, errors: ErrorTable, http: Http
    ) -> None:
        self.account = settings.loft
        self.capabilities = capabilities
        self.errors = errors
        self._api = api_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {settings.api_key}"}
        self._http = http

    def render(self, message: OutboundMessage) -> Rendered:
        """Renders a message as notes."""
        return render(message, self.capabilities)

    async def send(self, part: Part, to: Address, correlation: str) -> Sent:
        """Sends a note by POST /v1/lofts/{loft}/notes; `correlation` comes back as the receipt's `reference`.

        Raises SendError.
        """
        answer = await self._call("POST", part.call, {"to": to.value, "reference": correlation, **part.payload})
        note = answer.get("id")
        if not isinstance(note, str) or not note:
            raise SendError(Outcome.AMBIGUOUS, "no_id", "accepted, but the answer names no note")
        return Sent(note)

    async def locate(self, ref: str) -> Download:
        """Returns the photo's address, which never changes; the key goes to Pigeon only. Raises nothing."""
        headers = self._headers if ref.startswith(f"{self._api}/") else {}
        return Download(ref, headers, self.capabilities.inbound_media_max)

    async def check(self) -> str:
        """Asks GET /v1/lofts/{loft} for the loft's name. Raises SendError."""
        return str((await self._call("GET")).get("name", self.account))

    async def setup(self, base_url: str) -> list[Finding]:
        """Registers the webhook by PUT /v1/lofts/{loft}/webhook. A refusal is a finding."""
        try:
            await self._call("PUT", "webhook", {"url": f"{base_url}{PATH}"})
        except SendError as error:
            return [Finding("webhook", False, error.code, _CURE)]
        return [Finding("webhook", True, f"{base_url}{PATH}")]

    async def status(self, base_url: str) -> list[Finding]:
        """Checks key, name and webhook. A failed call is a finding, too."""
        try:
            loft = await self._call("GET")
        except SendError as error:
            return [Finding("loft", False, error.code, _CURE)]
        there = loft.get("webhook") == f"{base_url}{PATH}"
        webhook = Finding("webhook", there, str(loft.get("webhook") or "none"), "" if there else _SET_UP)
        return [Finding("loft", True, str(loft.get("name", self.account))), webhook]

    async def missed(self, since: datetime) -> list[InboundEvent]:
        """Lists GET /v1/lofts/{loft}/events, as the webhook would have brought them. Raises SendError."""
        answer = await self._call("GET", f"events?since={quote(since.isoformat(), safe='')}")
        listed = answer.get("events")
        return read(self.account, listed if isinstance(listed, list) else [], since)

    async def templates(self) -> list[TemplateState]:
        """Returns none: Pigeon has no templates."""
        return []

    async def profile(self, value: str) -> Profile:
        """Knows no more than the messages say."""
        return Profile()

    async def _call(self, method: str, place: str = "", body: dict[str, Any] | None = None) -> dict[str, Any]:
        url = f"{self._api}/v1/lofts/{self.account}/{place}".rstrip("/")
        reply = await self._http.request(method, url, json=body, headers=self._headers)
        answer = reply.json()
        if not 200 <= reply.status < 300:
            raise self._refusal(reply, answer)
        return answer if isinstance(answer, dict) else {}

    def _refusal(self, reply: HttpReply, answer: Any) -> SendError:
        """Decides by the code, then by the HTTP status. Pigeon's words may name the customer and are dropped."""
        error = answer.get("error") if isinstance(answer, dict) else None
        code = str(error["code"])[:64] if isinstance(error, dict) and error.get("code") else f"http_{reply.status}"
        if code not in self.errors.codes:
            try:
                raise_for_transport(reply)
            except SendError as transport:
                return transport
        return SendError(self.errors.outcome(code), code, retry_after=retry_after(reply))
