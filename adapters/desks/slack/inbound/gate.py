"""Verifies and reads each request before Bolt's listeners run, and keeps a signed one that cannot be read."""

import logging
from collections.abc import Callable
from datetime import datetime

from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.middleware import Middleware

from adapters.desks.slack.inbound.body import read_body
from adapters.desks.slack.inbound.homing import at_home
from adapters.desks.slack.inbound.parse import Unreadable, parse, unreadable
from adapters.desks.slack.inbound.workspaces import ACCOUNT, UnknownYetError, Workspaces
from core.desk.events import DeskEvent
from core.errors import MalformedPayload
from core.messages.inbound import AccountNews

Kept = DeskEvent | AccountNews | Unreadable
Accept = Callable[[Kept], None]
Clock = Callable[[], datetime]

EVENT = "desk_event"  # where in Bolt's context the parsed event is left for the listeners

log = logging.getLogger(__name__)


class NotStored(Exception):
    """Says that `accept` failed, so that Slack must send the event again."""


class Gate(Middleware):
    """Verifies, then parses, as Bolt's first middleware: 401 if unproved; what cannot be read is stored as it came."""

    def __init__(self, workspaces: Workspaces, store: Accept, clock: Clock) -> None:
        self._workspaces, self._store, self._clock = workspaces, store, clock

    def process(
        self,
        *,
        req: BoltRequest,
        resp: BoltResponse,  # noqa: ARG002  (Bolt's signature)
        next: Callable[[], BoltResponse],
    ) -> BoltResponse:
        proved = self._workspaces.proved(req)
        if not proved:
            return BoltResponse(status=401, body="invalid signature")
        try:
            req.body = read_body(req.raw_body, req.content_type or "")
            workspace = self._workspaces.named(proved, req.body)
            if workspace is None:
                return BoltResponse(status=401, body="unknown workspace")
            req.context[ACCOUNT] = workspace.account
            req.context[EVENT] = at_home(parse(req.body, self._clock()), workspace.account)
        except MalformedPayload as error:
            return stored(self._store, unreadable(req.raw_body, error.path))
        except UnknownYetError:
            return BoltResponse(status=503)
        return next()


def storing(accept: Accept) -> Accept:
    """Wraps `accept` so that it fails in one way only, by NotStored."""

    def store(event: Kept) -> None:
        try:
            accept(event)
        except Exception as error:  # noqa: BLE001  (whatever the store raises, Slack has to keep the event)
            log.error("desk event not stored: %s", type(error).__name__)  # noqa: TRY400  (a traceback shows its text)
            raise NotStored from None

    return store


def stored(store: Accept, event: Kept | None) -> BoltResponse:
    """Stores the event, if there is one, and returns the answer to Slack: 200, or 503 so that it is sent again."""
    try:
        if event is not None:
            store(event)
    except NotStored:
        return BoltResponse(status=503)
    return BoltResponse(status=200)
