"""Receives by Socket Mode: the same app, over a connection that we open, for stores without a public address."""

import logging
import re
import threading
from collections.abc import Callable

import msgspec
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.desks.slack.inbound.app import handle_envelope
from adapters.desks.slack.outbound.errors import TABLE
from adapters.desks.slack.sdk_log import sdk_log
from adapters.desks.slack.settings import SlackSettings
from core.errors import ConfigurationError, Outcome

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds between attempts to connect
PING_SECONDS = 5.0
LOOK_SECONDS = 1.0


def run_socket(
    app: App,
    settings: SlackSettings,
    stop: threading.Event,
    connected: Callable[[], object] = lambda: None,
    first_wait: float = FIRST_WAIT,
) -> None:
    """Receives until `stop` is set; an envelope is acknowledged only after the app has kept it.

    Slack recycles connections: the client opens a new one by itself. With several processes each event goes to one of
    them. `connected` is called every second while it is. Raises ConfigurationError when Slack refuses the app token.
    """
    client = _Client(app, settings)
    try:
        if _connected(client, stop, first_wait):
            log.info("Slack Socket Mode connected")
            while not stop.wait(LOOK_SECONDS):
                if client.is_connected():
                    connected()
    finally:
        client.close()


class Envelope(msgspec.Struct):
    """Carries one delivery over the connection; `payload` is the JSON that HTTP would have brought as a body."""

    envelope_id: str
    payload: msgspec.Raw = msgspec.Raw(b"null")


_ENVELOPE_ID = re.compile(r'"envelope_id"\s*:\s*"([^"\\]{1,200})"')


def read_envelope(message: str) -> Envelope | None:
    """Reads the envelope in a message; None for a message without one (`hello`, `disconnect`).

    One that cannot be read, being nested too deep, still has an id to acknowledge; its payload is then all of it.
    """
    try:
        return msgspec.json.decode(message, type=Envelope)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        found = _ENVELOPE_ID.search(message)
        return Envelope(found[1], msgspec.Raw(message.encode("utf-8", "replace"))) if found else None


class _Client(SocketModeClient):
    """Keeps the connection, as Slack's client does, and reads envelopes itself: the SDK reads them without bounds."""

    def __init__(self, app: App, settings: SlackSettings) -> None:
        self._app, self._account = app, settings.account
        web_client = WebClient(base_url=settings.api_url, logger=sdk_log)
        super().__init__(settings.app_token, sdk_log, web_client, ping_interval=PING_SECONDS)

    def enqueue_message(self, message: str) -> None:
        """Passes an envelope to a worker thread: the connection's thread, which calls this, must not wait."""
        envelope = read_envelope(message)
        if envelope is None:
            super().enqueue_message(message)
        else:
            self.message_workers.submit(self._take, envelope)

    def _take(self, envelope: Envelope) -> None:
        answer = handle_envelope(self._app, bytes(envelope.payload).decode(), self._account)
        if answer.status != 200:
            return  # not stored: without an acknowledgement Slack sends it again
        payload = msgspec.json.decode(answer.body) if answer.body else None
        try:
            self.send_socket_mode_response(SocketModeResponse(envelope.envelope_id, payload))
        except (SlackClientError, OSError) as error:
            log.warning("Slack Socket Mode: not acknowledged: %s", type(error).__name__)


def _connected(client: SocketModeClient, stop: threading.Event, first_wait: float) -> bool:
    """Connects, with growing pauses between attempts; False when `stop` was set first."""
    wait = first_wait
    while not stop.is_set():
        try:
            client.connect_to_new_endpoint()
        except SlackApiError as error:
            _refused(str(error.response.get("error") or ""))
        except Exception as error:  # noqa: BLE001  (sockets, TLS, handshakes: each layer has its own kind)
            log.warning("Slack Socket Mode not connected: %s", type(error).__name__)
        else:
            return True
        stop.wait(wait)
        wait = min(wait * 2, LONGEST_WAIT)
    return False


def _refused(code: str) -> None:
    log.warning("Slack Socket Mode refused: %s", code)
    if TABLE.outcome(code) == Outcome.MISCONFIGURED:
        raise ConfigurationError(f"SLACK_APP_TOKEN: {code}; make an app-level token (xapp-) with connections:write")
