"""Decides what follows from a failed attempt, by the table of `core.retries`."""

import math
from datetime import datetime, timedelta

import msgspec

from core.errors import Outcome, SendError
from core.retries import RULES, Failure
from hub.media.reasons import FILE, reason
from storage.queues import outbox

MARKETING_REST = timedelta(hours=6)  # of an account that is restricted for spam
# A RETRY with one of these codes surely sent nothing: there was no connection, or only a file was moved. (A lost answer
# to the call that sends is AMBIGUOUS.)
NOT_SENT = frozenset(
    (
        *("connect", "timeout", "connection_lost", "unreadable_answer"),
        *("no_media_id", "no_attachment_id", "no_file_path", "media_store"),
    )
)
BULK = ("notice", "marketing")


class Verdict(msgspec.Struct, frozen=True):
    """Names the row's next state. `burned` attempts are counted; `pause` stops the whole sender for so many seconds."""

    state: str
    not_before: datetime
    burned: int = 0
    pause: float = 0.0


def judge(
    error: SendError,
    attempts: int,
    speaker: str,
    now: datetime,
    age: timedelta = timedelta(0),
    trouble: Failure = Failure.SEND,
) -> Verdict:
    """Gives the verdict on one failed attempt. `trouble` is the rule for a provider that is not there.

    An error of the provider may hide a message that went out: a reply or service notice is worth the small risk of a
    double, marketing is not and waits for its receipt, unless it surely was not sent.
    """
    outcome, asked = error.outcome, _sensible(error.retry_after)
    if outcome is Outcome.RETRY and speaker == "marketing" and error.code not in NOT_SENT:
        outcome = Outcome.AMBIGUOUS
    match outcome:
        case Outcome.RETRY:
            return _again(trouble, attempts, asked, now, age)
        case Outcome.PACE:
            return _pace(error.scope, attempts, asked, now, age)
        case Outcome.MISCONFIGURED if error.scope == "pair":
            return _closed_to_them(attempts, speaker, now, age)
        case Outcome.MISCONFIGURED:
            # The operators must act; the queue is kept and tried again, slowly.
            return _stopping(_again(Failure.ACCOUNT, attempts, None, now, age), now)
        case Outcome.AMBIGUOUS:
            return Verdict(outbox.UNKNOWN, now)
        case Outcome.WINDOW_CLOSED | Outcome.OPTED_OUT | Outcome.ADDRESS_DEAD | Outcome.CONTENT_REJECTED:
            return Verdict(outbox.FAILED, now, burned=1)


def _again(failure: Failure, attempts: int, asked: float | None, now: datetime, age: timedelta) -> Verdict:
    """Grants another try as the table says, or ends it; `asked` is the provider's word on how long to wait."""
    rule = RULES[failure]
    if rule.is_over(attempts, age):
        return Verdict(outbox.FAILED, now, burned=1)
    wait = asked or rule.wait(attempts)
    return Verdict(outbox.PENDING, now + timedelta(seconds=wait), burned=int(rule.burns))


def _stopping(verdict: Verdict, now: datetime) -> Verdict:
    """Lets the whole sender wait as long as the message."""
    return msgspec.structs.replace(verdict, pause=(verdict.not_before - now).total_seconds())


def _closed_to_them(attempts: int, speaker: str, now: datetime, age: timedelta) -> Verdict:
    """Judges that the account may not write to this customer (their country is not switched on): all others go on.

    A notice takes the next way at once; a reply has none and waits for operators, longer each time.
    """
    if speaker in BULK:
        return Verdict(outbox.FAILED, now, burned=1)
    return _again(Failure.SEND, attempts, None, now, age)


def _pace(scope: str, attempts: int, asked: float | None, now: datetime, age: timedelta) -> Verdict:
    """Lets this recipient wait, or the whole sender. A restriction for spam lasts for hours: then the sender waits only
    after a message's first refusal, so that other recipients, who may not be restricted, are tried in between."""
    if scope == "pair":
        return _again(Failure.PAIR, attempts, asked, now, age)
    if scope != "alert":
        return _stopping(_again(Failure.PACE, attempts, asked, now, age), now)
    verdict = _again(Failure.RESTRICTED, attempts, asked, now, age)
    return verdict if attempts else _stopping(verdict, now)


def _sensible(seconds: float | None) -> float | None:
    """Bounds a provider's Retry-After to an hour; None for nonsense, such as -1."""
    return min(seconds, 3600.0) if seconds and math.isfinite(seconds) and seconds > 0 else None


NOT_PREPARED = "not_prepared"
WORDS = {
    Outcome.RETRY: "The provider kept failing",
    Outcome.PACE: "The provider kept asking us to slow down",
    Outcome.MISCONFIGURED: "Our account or permission at the provider is not in order",
    Outcome.AMBIGUOUS: "Nobody knows whether it arrived: the provider took it and never confirmed",
    Outcome.WINDOW_CLOSED: "The customer last wrote too long ago: the reply window is closed, only a template would do",
    Outcome.OPTED_OUT: "The customer has blocked or stopped messages on this channel",
    Outcome.ADDRESS_DEAD: "Nobody is reached at this address any more",
    Outcome.CONTENT_REJECTED: "The provider refused this text",
}


def explain(outcome: Outcome, code: str) -> str:
    """Says in a sentence, for the agent, why their reply did not arrive."""
    words = WORDS[outcome]
    if code == NOT_PREPARED:
        words = "It could not be put into the channel's form; the log says why"
    elif code.startswith(FILE):
        words = f"The file was not sent, because {reason(code.removeprefix(FILE))}"
    return f":warning: Not delivered. {words} ({code}). The customer has not seen your message."
