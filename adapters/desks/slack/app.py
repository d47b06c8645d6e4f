"""The Bolt app: it proves who speaks, hands each desk event over to be stored, and answers Slack only after that."""

import logging
import re
from collections.abc import Callable, Sequence
from datetime import datetime

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from adapters.desks.slack.parse import COMMAND, Unreadable, parse, unreadable
from adapters.desks.slack.sdk_log import sdk_log
from adapters.desks.slack.settings import SlackSettings
from adapters.desks.slack.signing import signature_required
from core.desk import DeskEvent
from core.errors import MalformedPayload
from core.ports import HttpAnswer, RawRequest

Accept = Callable[[DeskEvent | Unreadable], None]
Clock = Callable[[], datetime]

log = logging.getLogger(__name__)

_ANY = re.compile(".*")
# What Bolt raises on bodies that are no Slack payload: no JSON, a list, a string where an object belongs.
_SHAPELESS = (ValueError, TypeError, AttributeError, KeyError)


class NotStored(Exception):
    """`accept` failed; Slack must send it again."""


def create_app(settings: SlackSettings, accept: Accept, clock: Clock) -> App:
    """The app for HTTP and Socket Mode alike. It calls no Slack method.

    `accept` stores an event durably and returns; when it raises, Slack is told to repeat. Retries are passed on, so the
    same `external_id` may come again.
    """
    app = App(
        name="doorstep",
        logger=sdk_log,
        client=WebClient(base_url=settings.api_url, logger=sdk_log),
        authorize=_without_asking(settings.bot_token),
        before_authorize=signature_required(settings.signing_secrets, clock),
        process_before_response=True,
        token_verification_enabled=False,
        request_verification_enabled=False,  # before_authorize does it
        ssl_check_enabled=False,
        ignoring_self_events_enabled=False,  # parse knows posts by bots
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        raise_error_for_unhandled_request=True,
    )
    _listen(app, _taker(accept, clock))
    return app


def handle(app: App, request: RawRequest) -> HttpAnswer:
    """One POST from Slack to its answer: 200 kept, 401 not from Slack, 503 not stored."""
    if request.method != "POST":
        return HttpAnswer(405, "only POST")
    answer = app.dispatch(_to_bolt(request))
    content_type = answer.headers.get("content-type", ["text/plain; charset=utf-8"])[0]
    return HttpAnswer(answer.status, answer.body, content_type)


def _to_bolt(request: RawRequest) -> BoltRequest:
    """A body that Bolt cannot read goes in empty, with the raw text for signature and keeping."""
    text = request.body.decode("utf-8", errors="replace")
    headers: dict[str, str | Sequence[str]] = dict(request.headers)
    try:
        return BoltRequest(body=text, headers=headers)
    except _SHAPELESS:
        bolt = BoltRequest(body="", headers=headers)
        bolt.raw_body = text
        return bolt


def _without_asking(bot_token: str) -> Callable[[], AuthorizeResult]:
    """Bolt would ask `auth.test` who we are; nothing here needs the answer."""
    result = AuthorizeResult(enterprise_id=None, team_id=None, bot_token=bot_token)
    return lambda: result


def _taker(accept: Accept, clock: Clock) -> Callable[[BoltRequest], None]:
    def take(request: BoltRequest) -> None:
        event = _read(request, clock())
        if event is None:
            return
        try:
            accept(event)
        except Exception as error:  # noqa: BLE001  (whatever the store raises, Slack has to keep the event)
            log.error("desk event not stored: %s", type(error).__name__)  # noqa: TRY400  (a traceback shows its text)
            raise NotStored from None

    return take


def _read(request: BoltRequest, now: datetime) -> DeskEvent | Unreadable | None:
    try:
        return parse(request.body, now)
    except MalformedPayload as error:
        return unreadable(request.raw_body or repr(request.body), error.path)


def _listen(app: App, take: Callable[[BoltRequest], None]) -> None:
    """The first listener that matches wins, so there is one per kind, and all do the same: take, then acknowledge."""

    def listener(request: BoltRequest, ack: Ack) -> None:
        take(request)
        ack()

    def failed(error: Exception, request: BoltRequest) -> BoltResponse:
        """Reached for what no listener wants, for shapes Bolt stumbles over, and when storing failed."""
        if isinstance(error, NotStored):
            return BoltResponse(status=503)
        try:
            take(request)
        except NotStored:
            return BoltResponse(status=503)
        return BoltResponse(status=200)

    app.event("message")(listener)
    app.event(_ANY)(listener)
    app.action(_ANY)(listener)
    app.command(COMMAND)(listener)
    app.error(failed)
