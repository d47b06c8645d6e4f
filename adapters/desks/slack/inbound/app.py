"""Builds the Bolt app: it verifies a request, hands its desk event over to be stored, and only then answers Slack."""

import logging
import re
from collections.abc import Callable, Mapping

from slack_bolt import Ack, App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from adapters.desks.slack.inbound.gate import EVENT, Accept, Clock, Gate, NotStored, stored, storing
from adapters.desks.slack.inbound.parse import COMMAND
from adapters.desks.slack.inbound.signing import SigningSecrets
from adapters.desks.slack.markup import to_slack
from adapters.desks.slack.sdk_log import sdk_log
from adapters.desks.slack.settings import SlackSettings
from core.cases.desk import Command, DeskReader
from core.content.text import shorten
from core.ports.webhooks import HttpAnswer, RawRequest

log = logging.getLogger(__name__)

_ANY = re.compile(".*")
ANSWER = 3000  # characters of an answer to a command


def create_app(settings: SlackSettings, accept: Accept, reader: DeskReader, clock: Clock) -> App:
    """Makes the app for HTTP and Socket Mode alike. It calls no Slack method.

    `accept` stores an event durably and returns; when it raises, Slack is told to repeat. Retries are passed on, so the
    same `external_id` may come again. What `reader` answers at once is not stored: it changes nothing.
    """
    store = storing(accept)
    app = App(
        name="doorstep",
        logger=sdk_log,
        client=WebClient(base_url=settings.api_url, logger=sdk_log),
        authorize=_without_asking(settings.bot_token),
        before_authorize=Gate(SigningSecrets(settings.signing_secrets, clock), store, clock),
        process_before_response=True,
        token_verification_enabled=False,
        request_verification_enabled=False,  # the gate knows several secrets and logs no body
        ssl_check_enabled=False,
        ignoring_self_events_enabled=False,  # parse knows posts by bots
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        raise_error_for_unhandled_request=True,
    )
    _listen(app, store, reader)
    return app


def handle(app: App, request: RawRequest) -> HttpAnswer:
    """Answers one POST from Slack: 200 when it is kept, 401 when it is not from Slack, 503 when it is not stored."""
    if request.method != "POST":
        return HttpAnswer(405, "only POST")
    return _dispatch(app, request.body.decode("utf-8", errors="replace"), request.headers, "http")


def handle_envelope(app: App, payload: str) -> HttpAnswer:
    """Answers the payload (JSON) of one Socket Mode envelope: 200 when it is kept, 503 when it is not stored."""
    return _dispatch(app, payload, {}, "socket_mode")


def _dispatch(app: App, text: str, headers: Mapping[str, str], mode: str) -> HttpAnswer:
    """Dispatches a body as raw text: the gate verifies it, then reads it within bounds that Bolt does not have."""
    request = BoltRequest(body="", headers=dict(headers), mode=mode)
    request.raw_body = text
    answer = app.dispatch(request)
    content_type = answer.headers.get("content-type", ["text/plain; charset=utf-8"])[0]
    return HttpAnswer(answer.status, answer.body, content_type)


def _without_asking(bot_token: str) -> Callable[[], AuthorizeResult]:
    """Authorizes with the token alone: Bolt would call `auth.test`, whose answer nothing here needs."""
    result = AuthorizeResult(enterprise_id=None, team_id=None, bot_token=bot_token)
    return lambda: result


def _listen(app: App, store: Accept, reader: DeskReader) -> None:
    """Registers one listener per kind, as the first match wins in Bolt: store, then acknowledge, or answer at once."""

    def listener(context: BoltContext, ack: Ack) -> None:
        event = context[EVENT]
        if event is not None:
            store(event)
        ack()

    def command(context: BoltContext, ack: Ack) -> None:
        event = context[EVENT]
        answer = _read(reader, event)
        if answer is None:
            store(event)
            ack()
        else:
            ack(to_slack(shorten(answer, ANSWER)), response_type="ephemeral")

    def failed(error: Exception, context: BoltContext) -> BoltResponse:
        """Answers 503 when storing failed; otherwise Bolt found no listener: a kind that the desk does not know."""
        return BoltResponse(status=503) if isinstance(error, NotStored) else stored(store, context.get(EVENT))

    app.event("message")(listener)
    app.event(_ANY)(listener)
    app.action(_ANY)(listener)
    app.command(COMMAND)(command)
    app.error(failed)


def _read(reader: DeskReader, event: Command) -> str | None:
    """Reads the answer to a command; None when the database cannot be read now or the reader leaves it to a worker."""
    try:
        return reader.command(event)
    except Exception as error:  # noqa: BLE001  (whatever fails here, the stored event is answered later)
        log.warning("desk command not answered at once: %s", type(error).__name__)
        return None
