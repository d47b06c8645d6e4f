"""Keeps a connection (Socket Mode) to each Slack workspace that has an app token."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from slack_bolt import App

from adapters.desks.slack.inbound.app import create_app
from adapters.desks.slack.inbound.socket import run_socket
from adapters.desks.slack.settings import SlackSettings
from bots.http.app import Door
from bots.http.health import desk_name
from bots.wiring.desk.reading import build_reader
from bots.wiring.health import heartbeats
from bots.wiring.intake import Intake, mailbox
from core.errors import ConfigurationError

log = logging.getLogger(__name__)


def receive(intake: Intake, stop: threading.Event) -> None:
    """Receives until `stop` is set. Raises ConfigurationError when Slack refused a token, once no other works."""
    door = Door(intake, mailbox(intake))
    app = create_app(intake.slack, door.keep_desk_event, build_reader(intake), intake.now)
    connected = [each for each in intake.slack if each.app_token]
    with ThreadPoolExecutor(len(connected), "slack-socket") as threads:
        refused = [error for error in threads.map(partial(_receive, intake, app, stop), connected) if error]
    if refused:
        raise refused[0]


def _receive(intake: Intake, app: App, stop: threading.Event, workspace: SlackSettings) -> ConfigurationError | None:
    """Receives from one workspace; that its token is refused is no reason for the others to end."""
    try:
        run_socket(app, workspace, stop, partial(heartbeats.beat, intake.redis, desk_name(workspace.account)))
    except ConfigurationError as error:
        log.error("not connected to a workspace", extra={"account": workspace.account, "why": str(error)})  # noqa: TRY400
        return error
    return None
