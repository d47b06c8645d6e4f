"""Builds the Bolt app: it verifies a request, hands its desk event over to be stored, and only then answers Slack."""

from collections.abc import Callable, Mapping, Sequence

from slack_bolt import App, BoltContext, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from adapters.desks.slack.inbound.gate import Accept, Clock, Gate, storing
from adapters.desks.slack.inbound.listeners import Listeners
from adapters.desks.slack.inbound.windows import Windows
from adapters.desks.slack.inbound.workspaces import ACCOUNT, Workspaces
from adapters.desks.slack.sdk_log import sdk_log
from adapters.desks.slack.settings import SlackSettings
from core.desk.forms import DeskReader
from core.ports.webhooks import HttpAnswer, RawRequest


def create_app(settings: Sequence[SlackSettings], accept: Accept, reader: DeskReader, clock: Clock) -> App:
    """Makes the app of all workspaces, for HTTP and Socket Mode alike; it calls Slack only to open forms, to show
    Homes, and to learn who is who where there are several workspaces.

    `accept` stores an event durably and returns; when it raises, Slack is told to repeat. Retries are passed on, so the
    same `external_id` may come again. What `reader` answers at once is not stored: it changes nothing.
    """
    store, workspaces = storing(accept), Workspaces(settings, clock)
    app = App(
        name="doorstep",
        logger=sdk_log,
        client=WebClient(base_url=settings[0].api_url, logger=sdk_log),
        authorize=_tokens(workspaces),
        before_authorize=Gate(workspaces, store, clock),
        process_before_response=True,
        token_verification_enabled=False,
        request_verification_enabled=False,  # the gate knows several secrets and logs no body
        ssl_check_enabled=False,
        ignoring_self_events_enabled=False,  # parse knows posts by bots
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        raise_error_for_unhandled_request=True,
    )
    Listeners(store, reader, workspaces, Windows(workspaces)).register(app)
    return app


def handle(app: App, request: RawRequest) -> HttpAnswer:
    """Answers one POST from Slack: 200 when it is kept, 401 when it is not from Slack, 503 when it is not stored."""
    if request.method != "POST":
        return HttpAnswer(405, "only POST")
    return _dispatch(app, request.body.decode("utf-8", errors="replace"), request.headers, "http")


def handle_envelope(app: App, payload: str, account: str = "") -> HttpAnswer:
    """Answers the payload (JSON) of one Socket Mode envelope of that account's connection: 200 when it is kept, 503
    when it is not stored."""
    return _dispatch(app, payload, {}, "socket_mode", account)


def _dispatch(app: App, text: str, headers: Mapping[str, str], mode: str, account: str = "") -> HttpAnswer:
    """Dispatches a body as raw text: the gate verifies it, then reads it within bounds that Bolt does not have."""
    request = BoltRequest(body="", headers=dict(headers), mode=mode)
    request.context[ACCOUNT] = account
    request.raw_body = text
    answer = app.dispatch(request)
    content_type = answer.headers.get("content-type", ["text/plain; charset=utf-8"])[0]
    return HttpAnswer(answer.status, answer.body, content_type)


def _tokens(workspaces: Workspaces) -> Callable[[BoltContext], AuthorizeResult]:
    """Authorizes a request with its workspace's token: Bolt would call `auth.test` for each."""

    def authorize(context: BoltContext) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=workspaces[context[ACCOUNT]].token)

    return authorize
