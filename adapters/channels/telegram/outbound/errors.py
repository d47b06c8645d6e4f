"""Judges what a failed call of the Bot API means, by errors.yaml."""

from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from telegram.error import TelegramError

from adapters.transport import http
from core.content.capabilities import load_errors
from core.errors import Outcome, SendError

T = TypeVar("T")

ERRORS = load_errors(Path(__file__).parents[1] / "errors.yaml")
CURES = {
    "InvalidToken": "the bot token is wrong or revoked: check TELEGRAM_BOT_TOKEN",
    "Conflict": "another program polls this bot, or a webhook is set: end it, or set TELEGRAM_WEBHOOK_SECRET",
    "BadRequest: bad webhook": "PUBLIC_URL must be https on port 443, 80, 88 or 8443, under a name that all can find",
}


async def guarded(call: Awaitable[T]) -> T:
    """Returns the call's result. Raises SendError, without its cause, whose words may hold the URL and its token."""
    try:
        return await call
    except (TelegramError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise refusal(error) from None


def refusal(error: Exception) -> SendError:
    """Makes the SendError for an exception that the library raised.

    A failed connection is the cause of the library's NetworkError. Anything that is no TelegramError broke while a 2xx
    was read, so the message may be out.
    """
    cause = error.__cause__
    if not isinstance(error, TelegramError):
        return SendError(Outcome.AMBIGUOUS, "unreadable_answer", type(error).__name__)
    if cause is not None and not isinstance(cause, TelegramError):
        return http.as_send_error(cause)
    return refused(type(error).__name__, error.message)


def refused(kind: str, description: str) -> SendError:
    """Makes the SendError for an error of this kind (a class name of telegram.error) with Telegram's description."""
    code = next((known for known in ERRORS.codes if _matches(known, kind, description.casefold())), kind)
    cure = CURES.get(code) or CURES.get(kind, description[:200])
    return SendError(ERRORS.outcome(code), code, cure, scope=ERRORS.scopes.get(code, "all"))


def _matches(known: str, kind: str, description: str) -> bool:
    """Tells whether a key `Kind: words of the description` is this error; a bare `Kind` is looked up by itself."""
    name, colon, words = known.partition(": ")
    return bool(colon) and name == kind and words in description
