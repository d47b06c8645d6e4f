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
from adapters.desks.slack.inbound.workspaces import Workspaces
from core.desk.events import Pressed
from core.desk.forms import Changed, Form
from core.desk.home import Home
from core.desk.workspaces import account_of, bare

log = logging.getLogger(__name__)

THREADS = 4


class Windows:
    """Calls `views.*` of whoever's workspace it is. A call that fails is not repeated: its trigger is good for three
    seconds."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces
        self._threads = ThreadPoolExecutor(THREADS, "slack-windows")

    def open(self, trigger: str, form: Form, pressed: Pressed, otherwise: Callable[[], object]) -> None:
        """Opens a form for whoever pressed; where Slack does not take it, `otherwise` is done."""
        self._soon(otherwise, self._client(pressed.user).views_open, trigger_id=trigger, view=modal(form, pressed))

    def redraw(self, changed: Changed, form: Form) -> None:
        """Draws an open form anew; one that changed meanwhile, or was closed, is left."""
        view = modal(form, changed.pressed)
        update = self._client(changed.pressed.user).views_update
        self._soon(_nothing, update, view_id=changed.view, hash=changed.version, view=view)

    def publish(self, user: str, home: Home) -> None:
        """Shows somebody their own page."""
        self._soon(_nothing, self._publish, user=user, home=home)

    def _publish(self, user: str, home: Home) -> None:
        view = home_view(home, self._workspaces.addresses())
        self._client(user).views_publish(user_id=bare(user), view=view)

    def _client(self, user: str) -> WebClient:
        return self._workspaces[account_of(user)].client

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
