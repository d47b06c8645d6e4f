"""Words what goes wrong, as pages like the others: what happened, and what to do."""

import logging
from typing import Any

from flask import Flask, Response, g, make_response, render_template
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, TooManyRequests

from core.errors import ConfigurationError
from insights.dashboard.mistakes import Mistake, NotThere

log = logging.getLogger(__name__)

KNOWN = (400, 403, 404, 405, 413, 429, 500, 503)
RETRY_SECONDS = 5


class TooMany(TooManyRequests):
    """Raised for one request too many; `wait`: seconds until another is taken."""

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait


def add_refusals(app: Flask) -> None:
    """Adds the pages."""
    app.register_error_handler(Mistake, _mistaken)
    app.register_error_handler(NotThere, lambda _error: refusal(404))
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(SQLAlchemyError, _away)
    app.register_error_handler(ConfigurationError, _misconfigured)
    app.register_error_handler(Exception, _failed)


def refusal(status: int, words: str = "", **headers: Any) -> Response:
    """Makes a page that says why there is nothing else."""
    known = status if status in KNOWN else 400
    values = {"status": status, "title": f"refusals.title_{known}", "words": words, "key": f"refusals.words_{known}"}
    answer = make_response(render_template("refusal.html", asked=g.asked, **values), status)
    answer.headers.extend({name.replace("_", "-"): str(value) for name, value in headers.items()})
    return answer


def _mistaken(error: Mistake) -> Response:
    return refusal(400, g.asked.t(error.key, **error.values))


def _refused(error: HTTPException) -> Response:
    code = error.code or 500
    if isinstance(error, TooMany):
        return refusal(429, g.asked.t("refusals.wait", n=error.wait), Retry_After=error.wait)
    allowed = error.get_response().headers.get("Allow")
    return refusal(code, **({"Allow": allowed} if allowed else {}))


def _away(error: SQLAlchemyError) -> Response:
    log.warning("the dashboard cannot read the database", extra={"error_type": type(error).__name__})
    return refusal(503, Retry_After=RETRY_SECONDS)


def _misconfigured(error: ConfigurationError) -> Response:
    log.error("the dashboard cannot read the store's files", extra={"mistake": str(error)})
    return refusal(503, g.asked.t("refusals.files", mistake=str(error)), Retry_After=RETRY_SECONDS)


def _failed(error: Exception) -> Response:
    log.error("a page failed", exc_info=error)
    return refusal(500)
