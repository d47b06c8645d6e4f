"""Verifies and reads each request before Bolt's listeners run, and keeps a signed one that cannot be read."""

import logging
from collections.abc import Callable
from datetime import datetime

from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.middleware import Middleware

from adapters.desks.slack.inbound.body import read_body
from adapters.desks.slack.inbound.parse import Unreadable, parse, unreadable
from adapters.desks.slack.inbound.signing import SigningSecrets
from core.desk.events import DeskEvent
from core.errors import MalformedPayload

Accept = Callable[[DeskEvent | Unreadable], None]
Clock = Callable[[], datetime]

EVENT = "desk_event"  # where in Bolt's context the parsed event is left for the listeners

log = logging.getLogger(__name__)


class NotStored(Exception):
    """Says that `accept` failed, so that Slack must send the event again."""


class Gate(Middleware):
    """Verifies, then parses, as Bolt's first middleware: 401 if unproved; what cannot be read is stored as it came."""

    def __init__(self, secrets: SigningSecrets, store: Accept, clock: Clock) -> None:
        self._secrets, self._store, self._clock = secrets, store, clock

    def process(
        self,
        *,
        req: BoltRequest,
        resp: BoltResponse,  # noqa: ARG002  (Bolt's signature)
        next: Callable[[], BoltResponse],
    ) -> BoltResponse:
        if not self._proved(req):
            return BoltResponse(status=401, body="invalid signature")
        try:
            req.body = read_body(req.raw_body, req.content_type or "")
            req.context[EVENT] = parse(req.body, self._clock())
        except MalformedPayload as error:
            return stored(self._store, unreadable(req.raw_body, error.path))
        return next()

    def _proved(self, req: BoltRequest) -> bool:
        """Verifies an HTTP request's signature; in Socket Mode the connection, opened with our token, is the proof."""
        timestamp = req.headers.get("x-slack-request-timestamp", [""])[0]
        signature = req.headers.get("x-slack-signature", [""])[0]
        return req.mode == "socket_mode" or self._secrets.valid(req.raw_body, timestamp, signature)


def storing(accept: Accept) -> Accept:
    """Wraps `accept` so that it fails in one way only, by NotStored."""

    def store(event: DeskEvent | Unreadable) -> None:
        try:
            accept(event)
        except Exception as error:  # noqa: BLE001  (whatever the store raises, Slack has to keep the event)
            log.error("desk event not stored: %s", type(error).__name__)  # noqa: TRY400  (a traceback shows its text)
            raise NotStored from None

    return store


def stored(store: Accept, event: DeskEvent | Unreadable | None) -> BoltResponse:
    """Stores the event, if there is one, and returns the answer to Slack: 200, or 503 so that it is sent again."""
    try:
        if event is not None:
            store(event)
    except NotStored:
        return BoltResponse(status=503)
    return BoltResponse(status=200)
