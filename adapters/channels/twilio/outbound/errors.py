"""Judges what a failed call of Twilio's API means, by errors.yaml."""

# mypy: disable-error-code="import-untyped"
# (the library has annotations, but not the marker that says so)

from pathlib import Path
from typing import Any

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException

from core.content.capabilities import load_errors
from core.errors import Outcome, SendError

__all__ = ["ERRORS", "EXPLAINED", "TwilioException", "refusal", "refused"]

ERRORS = load_errors(Path(__file__).parents[1] / "errors.yaml")
EXPLAINED = "https://www.twilio.com/docs/api/errors/"


def refusal(error: Exception) -> SendError:
    """Makes the SendError for an exception that the library raised.

    Twilio's own words may name the recipient and are left out. Anything that is no TwilioException broke while a 2xx
    was read, so the message may be out.
    """
    if not isinstance(error, TwilioException):
        return SendError(Outcome.AMBIGUOUS, "unreadable_answer", type(error).__name__)
    if not isinstance(error, (TwilioRestException, TwilioServiceException)):
        return SendError(Outcome.MISCONFIGURED, type(error).__name__, "the library refused to call: check the settings")
    return refused(error.status, error.code)


def refused(status: int, code: Any) -> SendError:
    """Makes the SendError for an answer with this HTTP status and the `code` of its body, if it had one."""
    coded = bool(code) and code != status
    name = str(code)[:64] if coded else f"http_{status}"
    explained = f"{EXPLAINED}{name}" if coded else ""
    return SendError(ERRORS.outcome(name), name, explained, scope=ERRORS.scopes.get(name, "all"))
