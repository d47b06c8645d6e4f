"""Defines what can go wrong, as a closed set.

DoorstepError
├── InboundError
│   ├── SignatureInvalid      the request does not prove who sent it: 401 or 403, nothing is stored
│   └── MalformedPayload      signed, but not readable: kept for replay (`path` says where)
└── SendError                 one attempt to send failed; `outcome` says what follows

ConfigurationError            stands outside: nobody may swallow it by catching DoorstepError
"""

from collections.abc import Sequence
from enum import StrEnum


class Outcome(StrEnum):
    """What a failed attempt means. Adapters choose one; `hub.delivery.outcomes.judging` alone decides what follows."""

    RETRY = "retry"  # not sent; try again with back-off
    PACE = "pace"  # refused for speed; slow the sender down, no attempt burned
    WINDOW_CLOSED = "window_closed"  # free text not allowed now; a template or another channel
    OPTED_OUT = "opted_out"  # the customer does not want this; record it
    ADDRESS_DEAD = "address_dead"  # nobody is reached here; another channel
    MISCONFIGURED = "misconfigured"  # our account, token or permission; operators must act, keep the queue
    CONTENT_REJECTED = "content_rejected"  # this message will never pass
    AMBIGUOUS = "ambiguous"  # it may have been sent; wait for the receipt


# Codes of failures that no provider named: of the transport, or of this side of it.
OWN_CODES = frozenset(
    (
        *("connect", "timeout", "connection_lost", "unreadable_answer", "no_id"),
        *("media_gone", "too_large", "blocked_address", "adapter_bug"),
    )
)


class DoorstepError(Exception):
    """Root of the product's own errors."""


class InboundError(DoorstepError):
    """A request from outside cannot be taken as it is."""


class SignatureInvalid(InboundError):
    """The signature, secret or key is missing or wrong."""


class MalformedPayload(InboundError):
    """The body cannot be read; `path` is the JSON path of the fault, like `$.data.order.number`.

    `errors` are all faults, as (path, sentence), where they are counted.
    """

    def __init__(self, message: str, path: str = "$", errors: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.path = path
        self.errors = tuple(errors) or ((path, message),)


class SendError(DoorstepError):
    """One attempt to send did not end in an acceptance.

    `code` is the provider's own code ("131047", "http_500", "connect"); `detail` is for people and holds no personal
    data; `retry_after` is in seconds when the provider named it. `scope` says whom it is about: "marketing" (an opt-out
    of no more than that), "pair" (only this recipient: too fast, or not allowed), "template" (this one, as it is filled
    in), "suspended" (the template is out of use), "alert" (operators should know), "thread" or "place" (the desk's
    thread or channel is gone; `thread` names it), "look" (only the form is refused), "file" (the file is: its link
    would pass), "all".
    """

    def __init__(
        self,
        outcome: Outcome,
        code: str,
        detail: str = "",
        retry_after: float | None = None,
        scope: str = "all",
        thread: str = "",
    ) -> None:
        super().__init__(f"{outcome} ({code}): {detail}")
        self.outcome = outcome
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
        self.scope = scope
        self.thread = thread


class ConfigurationError(Exception):
    """Settings or a file the operator keeps are wrong; the message names the place and the cure."""
