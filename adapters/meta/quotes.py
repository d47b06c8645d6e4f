"""Keeps a quote that Meta refuses from costing the message that carries it."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from core.errors import Outcome, SendError

Answer = TypeVar("Answer")


async def without_refused_quote(
    call: Callable[[dict[str, Any]], Awaitable[Answer]], payload: dict[str, Any], field: str
) -> Answer:
    """Makes a call; one that is refused for its content is made again without the quote in `field`, if it has one.

    The quoted message may be deleted or too old by now. A refused call has sent nothing. Raises SendError.
    """
    try:
        return await call(payload)
    except SendError as error:
        if error.outcome is not Outcome.CONTENT_REJECTED or field not in payload:
            raise
    return await call({key: value for key, value in payload.items() if key != field})
