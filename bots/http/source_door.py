"""Takes webhooks of shops and carriers: what is signed is kept, readable or not, and answered."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response
from sqlalchemy.exc import SQLAlchemyError

from bots.http.answers import as_text, unavailable
from bots.http.webhooks import View
from bots.wiring.health import refused
from bots.wiring.intake import Intake
from bots.wiring.sources.source import EventSource
from core.errors import MalformedPayload, SignatureInvalid
from core.ports.webhooks import RawRequest
from core.shop.store_events import Ignored, waits_for
from hub import arrivals, metrics
from hub.orders.completing import numbered

Keep = Callable[[Sequence[Any], str], list[bool] | None]


def view(source: EventSource, intake: Intake, keep: Keep) -> View:
    """Makes the view. `keep` stores events and rows, and returns None when it cannot."""

    def answer(raw: RawRequest) -> Response:
        if source.is_ping(raw):
            return as_text(200, "OK\n")
        try:
            source.verify(raw)
        except SignatureInvalid as error:
            metrics.webhooks.labels(source.name, "refused").inc()
            refused.note(intake.redis, source.name, str(error))
            return as_text(401, f"{error}\n")
        try:
            told = _read(source, intake, raw)
        except SQLAlchemyError:
            return unavailable()
        return unavailable() if keep(told, source.name) is None else as_text(200, "OK\n")

    return answer


def _read(source: EventSource, intake: Intake, raw: RawRequest) -> Sequence[Any]:
    """Makes what is kept of a webhook: its events, or the bytes where nobody can read them.

    Orders are named by their numbers where these are known, so that news of one are handled one after the other.
    """
    now = intake.now()
    try:
        events = source.parse(raw, now)
    except MalformedPayload as error:
        return [arrivals.unreadable(source.name, raw.body, f"{error.path}: {error}", now)]
    if not any(not isinstance(event, Ignored) and waits_for(event) for event in events):
        return events
    with intake.store.read() as conn:
        return numbered(conn, events)
