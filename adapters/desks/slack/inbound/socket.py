"""Socket Mode: the same app over a connection that we open, for stores without a public address."""

import logging
import threading

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import SocketModeClient

from adapters.desks.slack.outbound.errors import TABLE
from adapters.desks.slack.sdk_log import sdk_log
from adapters.desks.slack.settings import SlackSettings
from core.errors import ConfigurationError, Outcome

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds between attempts to connect
PING_SECONDS = 5.0


def run_socket(app: App, settings: SlackSettings, stop: threading.Event) -> None:
    """Receives until `stop` is set; an envelope is acknowledged only after the app has kept it.

    Slack recycles connections: the client opens a new one by itself. With several processes each event goes to one of
    them. Raises ConfigurationError when Slack refuses the app token.
    """
    client = WebClient(base_url=settings.api_url, logger=sdk_log)
    handler = SocketModeHandler(app, settings.app_token, logger=sdk_log, web_client=client, ping_interval=PING_SECONDS)
    try:
        if _connected(handler.client, stop):
            log.info("Slack Socket Mode connected")
            stop.wait()
    finally:
        handler.client.close()


def _connected(client: SocketModeClient, stop: threading.Event) -> bool:
    """Tries with growing pauses; False when `stop` came first."""
    wait = FIRST_WAIT
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
