"""Opens and redraws forms at Slack, and shows people their own pages, beside the answer to the request for it.

Slack wants both within three seconds (docs: Modals, trigger_id; Handling user interaction). So the request is answered
at once, and a few threads of this process make the calls.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from adapters.desks.slack.blocks.form import modal
from adapters.desks.slack.blocks.home import home_view
from adapters.desks.slack.sdk_log import sdk_log
from adapters.desks.slack.settings import SlackSettings
from core.desk.events import Pressed
from core.desk.forms import Changed, Form
from core.desk.home import Home

log = logging.getLogger(__name__)

THREADS, TIMEOUT = 4, 3


class Windows:
    """Calls `views.*`. A call that fails is not repeated: its trigger is good for three seconds."""

    def __init__(self, settings: SlackSettings) -> None:
        self._client = WebClient(
            settings.bot_token, base_url=settings.api_url, timeout=TIMEOUT, retry_handlers=[], logger=sdk_log
        )
        self._client.proxy = None  # the SDK would take the environment's proxy even for 127.0.0.1
        self._workspace = ""  # its address, asked for once
        self._threads = ThreadPoolExecutor(THREADS, "slack-windows")

    def open(self, trigger: str, form: Form, pressed: Pressed, otherwise: Callable[[], object]) -> None:
        """Opens a form for whoever pressed; where Slack does not take it, `otherwise` is done."""
        self._soon(otherwise, self._client.views_open, trigger_id=trigger, view=modal(form, pressed))

    def redraw(self, changed: Changed, form: Form) -> None:
        """Draws an open form anew; one that changed meanwhile, or was closed, is left."""
        view = modal(form, changed.pressed)
        self._soon(_nothing, self._client.views_update, view_id=changed.view, hash=changed.version, view=view)

    def publish(self, user: str, home: Home) -> None:
        """Shows somebody their own page."""
        self._soon(_nothing, self._publish, user=user, home=home)

    def _publish(self, user: str, home: Home) -> None:
        if not self._workspace:
            self._workspace = str(self._client.auth_test().get("url") or "")
        self._client.views_publish(user_id=user, view=home_view(home, self._workspace))

    def _soon(self, otherwise: Callable[[], object], method: Callable[..., object], **arguments: Any) -> None:
        def call() -> None:
            try:
                method(**arguments)
            except (SlackClientError, OSError) as error:
                log.warning("a form or page was not shown: %s", _code(error))
                otherwise()

        self._threads.submit(call)


def _nothing() -> None:
    pass


def _code(error: Exception) -> str:
    answer = getattr(error, "response", None)
    return str((answer and answer.get("error")) or type(error).__name__)
