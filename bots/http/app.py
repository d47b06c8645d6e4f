"""Verifies, parses and stores requests, and only then answers with 2xx."""

import logging
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import msgspec
from flask import Flask, Request, Response, request
from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from bots.http import banner, media_links, source_door
from bots.http.answers import as_json, as_text, refusal, refused, unavailable
from bots.http.api.routes import reading, writing
from bots.http.dashboard import Dashboard
from bots.http.health import readiness
from bots.http.looking import HIDDEN, WRONG_KEY, may_look
from bots.http.metrics import CONTENT_TYPE, Exposition
from bots.http.webhooks import View, Webhooks, headers
from bots.wiring.clients.media import build_blobs, build_links
from bots.wiring.intake import Intake, mailbox, read
from bots.wiring.sources import event_sources
from core.encoding import encode
from core.errors import SignatureInvalid
from core.messages.inbound import AccountNews
from core.ports.webhooks import Endpoint, HttpAnswer, RawRequest
from core.shop.store_events import Ignored
from hub import arrivals as lanes
from hub import metrics
from storage.queues import inbox
from storage.queues.acceptors import Acceptor
from storage.queues.inbox import Arrival

log = logging.getLogger(__name__)


def create_app(intake: Intake) -> Flask:
    """Builds the WSGI application of one installation."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = intake.settings.max_body_bytes
    # Werkzeug would cap a form at 500 kB of memory and answer 413 to what we allow; bodies are read raw anyway.
    app.config["MAX_FORM_MEMORY_SIZE"] = None
    door = Door(intake, mailbox(intake))
    views = {endpoint.path: door.webhook(endpoint) for endpoint in intake.kit.endpoints}
    if any(intake.store_secrets()):
        views |= {route.path: route.viewed(intake, door.keep_store_events) for route in writing()}
        for route in reading():
            _route(app, route.rule, ["GET"], door.of_flask(route.viewed(intake, door.keep_store_events)))
    for source in event_sources(intake.settings):
        views[source.path] = source_door.view(source, intake, door.keep_store_events)
    asked = {endpoint.path for endpoint in intake.kit.endpoints if endpoint.handshake}
    for path, view in views.items():
        _route(app, path, ["GET", "POST"] if path in asked else ["POST"], door.of_flask(view))
    if any(each.signing_secrets for each in intake.slack):
        _route(app, "/slack/events", ["POST"], door.of_flask(door.slack()))
    media_links.add_route(
        app, intake.store, build_blobs(intake.settings), build_links(intake.settings, intake.now), intake.now
    )
    _route(app, banner.PATH, ["GET"], banner.view(intake))
    _route(app, "/healthz", ["GET"], lambda: Response("ok\n", mimetype="text/plain"))
    _route(app, "/readyz", ["GET"], lambda: as_json(*readiness(intake)))
    _route(app, "/metrics", ["GET"], _metrics(intake))
    app.register_error_handler(Exception, _unexpected)
    settings = intake.settings
    pages = Dashboard(app.wsgi_app, intake)
    short = Webhooks(pages, views, settings.base_url, settings.max_body_bytes, _failed)
    app.wsgi_app = short  # type: ignore[method-assign] # as Flask documents it for middleware
    return app


def _metrics(intake: Intake) -> Callable[[], Response]:
    exposition = Exposition(intake)

    def view() -> Response:
        may = may_look(request.environ, intake.settings)
        if may == WRONG_KEY:
            return as_json(401, {"error": "the bearer key is wrong"})
        if may == HIDDEN:
            return refusal(request.path, 404)
        return Response(exposition.text(), content_type=CONTENT_TYPE)

    return view


class Door:
    """Makes the views that bring a request into the inbox."""

    def __init__(self, intake: Intake, acceptor: Acceptor) -> None:
        self._intake = intake
        self._acceptor = acceptor

    def of_flask(self, view: View) -> Callable[..., Response]:
        """Wraps a view as a function of Flask's; what a path's variable part is, the view reads itself."""
        return lambda **_: view(_raw(request, self._intake.settings.base_url))

    def webhook(self, endpoint: Endpoint) -> View:
        """Makes the view of a channel's endpoint."""
        accepted = _answer(endpoint.answer)  # one for all requests: nobody changes it

        def view(raw: RawRequest) -> Response:
            if raw.method == "GET" and endpoint.handshake:
                return _answer(endpoint.handshake(raw))
            try:
                endpoint.verify(raw)
            except SignatureInvalid as error:
                _counter(endpoint.channel, "refused").inc()
                return as_text(403, f"{error}\n")
            fresh = self._store(read(endpoint, raw, self._intake.now()), endpoint.channel)
            return accepted if fresh is not None else unavailable()

        return view

    def slack(self) -> View:
        """Makes the view of Slack's events, buttons and commands: Bolt verifies and calls back to store."""
        from adapters.desks.slack.inbound.app import create_app as slack_app  # noqa: PLC0415 - only where Slack is on
        from adapters.desks.slack.inbound.app import handle  # noqa: PLC0415
        from bots.wiring.desk.reading import build_reader  # noqa: PLC0415

        app = slack_app(self._intake.slack, self.keep_desk_event, build_reader(self._intake), self._intake.now)
        return lambda raw: _answer(handle(app, raw))

    def keep_desk_event(self, event: Any) -> None:
        """Stores what came from the desk. Raises when nothing was stored."""
        if self._store([desk_arrival(event, self._intake.now(), self._intake.shards)], "slack") is None:
            raise NotStoredError

    def keep_store_events(self, events: Sequence[Any], channel: str) -> list[bool] | None:
        """Stores what a store tells, readable or not; returns which were new, None when nothing was stored."""
        now = self._intake.now()
        return self._store([_store_arrival(event, now, self._intake.shards) for event in events], channel)

    def _store(self, arrivals: Sequence[Arrival], channel: str) -> list[bool] | None:
        """Stores arrivals; tells which were new, or None when the database could not take them."""
        if not arrivals:
            return []
        try:
            fresh = self._acceptor.accept(arrivals)
        except Exception as error:  # any failure of the store means 503, so that the provider sends it again
            log.exception("webhook not stored", extra={"channel": channel, "error_type": type(error).__name__})
            _counter(channel, "not_stored").inc(len(arrivals))
            return None
        for new, arrival in zip(fresh, arrivals, strict=True):
            _counter(channel, "accepted" if new else "duplicate").inc()
            if new and arrival.lane != inbox.RECEIPT:
                log.info("accepted", extra={"inbox_id": arrival.id, "channel": arrival.source, "lane": arrival.lane})
        return fresh


class NotStoredError(RuntimeError):
    """Raised when the database could not take what came."""


def desk_arrival(event: Any, now: Any, shards: int) -> Arrival:
    """Makes the row for what the desk's adapter parsed, readable or not."""
    from adapters.desks.slack.inbound.parse import Unreadable  # noqa: PLC0415 - only where Slack is on

    if isinstance(event, Unreadable):
        return lanes.unreadable("slack", encode(event).encode(), "unreadable", now)
    if isinstance(event, AccountNews):
        return lanes.customer_arrival(event, now, shards)
    return lanes.desk_arrival(event, now, shards)


def _store_arrival(event: Any, now: Any, shards: int) -> Arrival:
    if isinstance(event, Arrival):
        return event
    if isinstance(event, Ignored):
        kept = lanes.kept_arrival(
            "store", event.source, event.external_id, encode(event), f"ignored: {event.kind}", now
        )
        return msgspec.structs.replace(kept, state=inbox.HANDLED)
    return lanes.store_arrival(event, now, shards)


def _raw(incoming: Request, base_url: str) -> RawRequest:
    body = incoming.get_data(cache=False)
    path = incoming.full_path if incoming.query_string else incoming.path
    query = incoming.args.to_dict() if incoming.query_string else {}
    return RawRequest(incoming.method, base_url + path, headers(incoming.environ), body, query)


def _route(app: Flask, path: str, methods: list[str], view: Callable[[], Response]) -> None:
    app.add_url_rule(path, endpoint=f"{methods[0]} {path}", view_func=view, methods=methods)


def _answer(answer: HttpAnswer) -> Response:
    return Response(answer.body, answer.status, content_type=answer.content_type)


@cache
def _counter(channel: str, result: str) -> Counter:
    """Returns the counter of these labels, kept: looking it up costs more than counting."""
    return metrics.webhooks.labels(channel, result)


def _unexpected(error: Exception) -> Response:
    return refused(request.path, error) if isinstance(error, HTTPException) else _failed(error, request.path)


def _failed(error: Exception, path: str) -> Response:
    if isinstance(error, SQLAlchemyError):
        return unavailable()
    log.error("a request failed", exc_info=error)
    return refusal(path, 500)
