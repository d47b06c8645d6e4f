"""Listens to Slack, one listener per kind: stores what came and then acknowledges it, or answers at once."""

import logging
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from slack_bolt import Ack, App, BoltContext, BoltResponse

from adapters.desks.slack.blocks.form import options
from adapters.desks.slack.blocks.links import linked
from adapters.desks.slack.inbound.gate import EVENT, Accept, NotStored, stored
from adapters.desks.slack.inbound.parse import COMMAND, Parsed
from adapters.desks.slack.inbound.windows import Windows
from adapters.desks.slack.inbound.workspaces import ACCOUNT, Workspaces
from adapters.desks.slack.markup import to_slack
from core.content.text import shorten
from core.desk.events import Command, Pressed
from core.desk.forms import Changed, DeskReader, HomeOpened, Question, Searched

log = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")
_ANY = re.compile(".*")
_DOMAIN = re.compile(r"[a-z0-9-]{1,63}")
ANSWER = 3000  # characters of an answer to a command


class Listeners:
    """Holds what the listeners need: who stores events, who reads rows, whose workspace it is, and who opens forms."""

    def __init__(self, store: Accept, reader: DeskReader, workspaces: Workspaces, windows: Windows) -> None:
        self._store, self._reader, self._workspaces, self._windows = store, reader, workspaces, windows

    def register(self, app: App) -> None:
        """Registers them; the first that matches wins in Bolt."""
        app.event("message")(self._happened)
        app.event(_ANY)(self._happened)
        app.action(_ANY)(self._pressed)
        app.shortcut(_ANY)(self._pressed)
        app.view(_ANY)(self._submitted)
        app.options(_ANY)(self._searched)
        app.command(COMMAND)(self._commanded)
        app.error(self._failed)

    def _happened(self, context: BoltContext, ack: Ack) -> None:
        event = _event(context)
        if isinstance(event, HomeOpened):
            self._show_home(event)
        else:
            self._keep(context)
        ack()

    def _show_home(self, opened: HomeOpened) -> None:
        """Shows somebody their page at once, or leaves it to a worker, who asks Slack who they are."""
        home = _asked(self._reader.home, opened)
        if home is None:
            self._store(opened.as_press())
        else:
            self._windows.publish(opened.user, home)

    def _pressed(self, context: BoltContext, body: Mapping[str, Any], ack: Ack) -> None:
        """Opens the form of a button or shortcut, draws an open one anew, or has the press carried out."""
        event = _event(context)
        changed = event if isinstance(event, Changed) else None
        pressed = changed.pressed if changed else event
        form = _asked(self._reader.form, pressed) if isinstance(pressed, Pressed) else None
        if form is None:
            self._keep(context)
        elif changed:
            self._windows.redraw(changed, form)
            if form.waits:
                self._store(changed.as_press())
        elif isinstance(event, Pressed):
            self._windows.open(str(body.get("trigger_id") or ""), form, event, partial(self._carry_out, event))
        ack()

    def _submitted(self, context: BoltContext, ack: Ack) -> None:
        """Takes a filled-in form, or says what is wrong with it; the form then stays open."""
        event = _event(context)
        mistakes = _asked(self._reader.check, event) if isinstance(event, Pressed) else None
        if mistakes:
            ack(response_action="errors", errors=dict(mistakes))
            return
        self._keep(context)
        ack()

    def _searched(self, context: BoltContext, ack: Ack) -> None:
        event = _event(context)
        found = _asked(self._reader.options, event) if isinstance(event, Searched) else None
        ack(options=options(found or ()))

    def _commanded(self, context: BoltContext, body: Mapping[str, Any], ack: Ack) -> None:
        event = _event(context)
        answer = _asked(self._reader.command, event) if isinstance(event, Command) else None
        if answer is None:
            self._keep(context)
            ack()
        else:
            addresses = {**self._workspaces.known_addresses(), context[ACCOUNT]: _workspace(body)}
            text = linked(to_slack(shorten(answer, ANSWER)), addresses)
            ack(text, response_type="ephemeral")

    def _failed(self, error: Exception, context: BoltContext) -> BoltResponse:
        """Answers 503 when storing failed; otherwise Bolt found no listener: a kind that the desk does not know."""
        event = _event(context)
        known = None if isinstance(event, Question) else event
        return BoltResponse(status=503) if isinstance(error, NotStored) else stored(self._store, known)

    def _keep(self, context: BoltContext) -> None:
        """Stores an event; what was only asked is kept nowhere."""
        event = _event(context)
        if event is not None and not isinstance(event, Question):
            self._store(event)

    def _carry_out(self, event: Pressed) -> None:
        """Has a press carried out whose form could not be opened; Slack was told already that it was taken."""
        with suppress(NotStored):
            self._store(event)


def _workspace(body: Mapping[str, Any]) -> str:
    """Returns the address of the workspace that a command came from."""
    domain = str(body.get("team_domain") or "")
    return f"https://{domain}.slack.com/" if _DOMAIN.fullmatch(domain) else ""


def _event(context: BoltContext) -> Parsed:
    found: Parsed = context.get(EVENT)
    return found


def _asked(ask: Callable[[T], R], event: T) -> R | None:
    """Asks the reader; None when the database cannot be read now: a worker then answers the stored event."""
    try:
        return ask(event)
    except Exception as error:  # noqa: BLE001  (whatever fails here, a worker answers later)
        log.warning("not answered at once: %s", type(error).__name__)
        return None
