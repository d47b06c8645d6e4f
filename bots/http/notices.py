"""Tells the store what its news came to: `GET /api/v1/notices?order=`."""

from typing import Any

from flask import Response

from adapters.shops import events
from bots.http.answers import as_json
from bots.wiring.intake import Intake
from core.errors import SignatureInvalid
from core.ports.webhooks import RawRequest
from storage.notices import notices
from storage.notices.notices import NoticeRow


def answer(intake: Intake, raw: RawRequest) -> Response:
    """Lists the newest hundred notices about an order, oldest first, each with its state and the reason in words."""
    try:
        events.verify(raw, *intake.store_secrets(), intake.now())
    except SignatureInvalid as error:
        return as_json(401, {"error": str(error)})
    number = raw.query.get("order", "")
    if not number:
        words = "order is missing: GET /api/v1/notices?order=1001"
        return as_json(400, {"error": words, "path": "$.order", "errors": [{"path": "$.order", "error": words}]})
    with intake.store.read() as conn:
        rows = notices.of_order(conn, number)
    return as_json(200, {"notices": [_shown(row) for row in rows]})


def _shown(row: NoticeRow) -> dict[str, Any]:
    newest = row.trace[-1] if row.trace else {}
    return {
        "id": row.id,
        "kind": row.kind,
        "order": row.order_number,
        "state": row.state,
        "channel": row.channel,
        "at": newest.get("at"),
        "decisions": len(row.trace),
        **_reason(row.reason),
        "refused": [{"channel": place, **_reason(code)} for place, code in map(_refusal, newest.get("refused", []))],
    }


def _refusal(told: str) -> tuple[str, str]:
    """Reads "whatsapp: no_consent" of a trace."""
    place, _, code = told.partition(": ")
    return place, code


def _reason(code: str) -> dict[str, str]:
    from notifications.planning.explaining import reason_words  # noqa: PLC0415 - the web process stays small

    return {"reason": code, "said": reason_words(code)}
