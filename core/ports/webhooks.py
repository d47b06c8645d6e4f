"""Defines a webhook as it comes in, and what a channel does with it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import parse_qsl

import msgspec

from core.messages.inbound import InboundEvent


class RawRequest(msgspec.Struct, frozen=True):
    """A webhook as it came: header names in lower case, raw body, `url` as the provider knows it (PUBLIC_URL)."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = {}

    def form(self) -> dict[str, str]:
        """Reads the body as a form. Raises UnicodeDecodeError."""
        return dict(parse_qsl(self.body.decode("utf-8"), keep_blank_values=True))


class HttpAnswer(msgspec.Struct, frozen=True):
    """What a provider gets back."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"


class Endpoint(msgspec.Struct, frozen=True):
    """One webhook path (a part in `<>` stands for any word) and the three pure functions behind it.

    `verify` raises SignatureInvalid. `parse` gives one value per item and raises MalformedPayload only when nothing of
    a signed body can be read. `handshake` answers GET where the provider asks for it (Meta). `answer` is the 2xx.
    """

    path: str
    channel: str
    verify: Callable[[RawRequest], None]
    parse: Callable[[RawRequest, datetime], list[InboundEvent]]
    handshake: Callable[[RawRequest], HttpAnswer] | None = None
    answer: HttpAnswer = HttpAnswer(200, "OK")
