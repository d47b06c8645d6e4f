"""What follows from a failed attempt: the one place that decides."""

import math
from datetime import datetime, timedelta

import msgspec

from core.errors import Outcome, SendError
from hub.media.reasons import FILE, reason
from storage.queues import outbox

MAX_ATTEMPTS = 8
GIVE_UP_AFTER = timedelta(hours=24)  # a provider that is down for a day has made the message pointless
RETRY_SECONDS = (1, 5, 15, 60, 120, 300, 600, 1200)
PACE_SECONDS = 2.0
PAIR_BASE, PAIR_MOST = 4, 6  # seconds between tries to one recipient: 4^X (Meta, "Throughput", pair rate limit)
ALERT_SECONDS = (60, 300, 900, 3600)  # a daily cap or a restriction for spam does not pass in seconds
MARKETING_REST = timedelta(hours=6)  # of an account after such a word
MISCONFIGURED_SECONDS = 60
# A RETRY with one of these was none of sending: nothing was connected, or only a file was moved (a lost answer to the
# call that sends is AMBIGUOUS).
NOT_SENT = frozenset(
    (
        *("connect", "timeout", "connection_lost", "unreadable_answer"),
        *("no_media_id", "no_attachment_id", "no_file_path", "media_store"),
    )
)
BULK = ("notice", "marketing")


class Verdict(msgspec.Struct, frozen=True):
    """The row's next state. `burned` attempts are counted; `pause` stops the whole sender for so many seconds."""

    state: str
    not_before: datetime
    burned: int = 0
    pause: float = 0.0


def judge(error: SendError, attempts: int, speaker: str, now: datetime, age: timedelta = timedelta(0)) -> Verdict:
    """The verdict on one failed attempt.

    An error of the provider may hide a message that went out: a reply or service notice is worth the small risk of a
    double, marketing is not and waits for its receipt, unless it surely was not sent.
    """
    outcome, asked = error.outcome, _sensible(error.retry_after)
    if outcome is Outcome.RETRY and speaker == "marketing" and error.code not in NOT_SENT:
        outcome = Outcome.AMBIGUOUS
    match outcome:
        case Outcome.RETRY:
            return _retry(attempts, asked, now, age)
        case Outcome.PACE:
            return _pace(error.scope, attempts, asked, now, age)
        case Outcome.MISCONFIGURED if error.scope == "pair":
            return _closed_to_her(attempts, speaker, now, age)
        case Outcome.MISCONFIGURED:
            # The operators must act; the queue is kept and tried again, slowly.
            return Verdict(outbox.PENDING, now + timedelta(seconds=MISCONFIGURED_SECONDS), pause=MISCONFIGURED_SECONDS)
        case Outcome.AMBIGUOUS:
            return Verdict(outbox.UNKNOWN, now)
        case Outcome.WINDOW_CLOSED | Outcome.OPTED_OUT | Outcome.ADDRESS_DEAD | Outcome.CONTENT_REJECTED:
            return Verdict(outbox.FAILED, now, burned=1)


def _retry(attempts: int, asked: float | None, now: datetime, age: timedelta) -> Verdict:
    if attempts + 1 >= MAX_ATTEMPTS and age > GIVE_UP_AFTER:
        return Verdict(outbox.FAILED, now, burned=1)
    wait = asked or RETRY_SECONDS[min(attempts, len(RETRY_SECONDS) - 1)]
    return Verdict(outbox.PENDING, now + timedelta(seconds=wait), burned=1)


def _closed_to_her(attempts: int, speaker: str, now: datetime, age: timedelta) -> Verdict:
    """The account may not write to this one (her country is not switched on): everybody else goes on.

    A notice takes the next way at once; a reply has none and waits for operators, longer each time.
    """
    if speaker in BULK:
        return Verdict(outbox.FAILED, now, burned=1)
    return _retry(attempts, None, now, age)


def _pace(scope: str, attempts: int, asked: float | None, now: datetime, age: timedelta) -> Verdict:
    if scope == "pair":
        # Only this recipient waits, and the attempt is counted, so that each wait is longer than the last.
        wait = asked or PAIR_BASE ** min(attempts, PAIR_MOST)
        return Verdict(outbox.PENDING, now + timedelta(seconds=wait), burned=1)
    if scope == "alert":
        return _restricted(attempts, asked, now, age)
    wait = asked or PACE_SECONDS
    return Verdict(outbox.PENDING, now + timedelta(seconds=wait), pause=wait)


def _restricted(attempts: int, asked: float | None, now: datetime, age: timedelta) -> Verdict:
    """A limit that lasts for hours: the message waits longer each time, and the sender only after its first refusal,
    so that others, whom the limit may not concern, are tried in between."""
    if attempts + 1 >= MAX_ATTEMPTS and age > GIVE_UP_AFTER:
        return Verdict(outbox.FAILED, now, burned=1)
    wait = asked or ALERT_SECONDS[min(attempts, len(ALERT_SECONDS) - 1)]
    return Verdict(outbox.PENDING, now + timedelta(seconds=wait), burned=1, pause=0.0 if attempts else wait)


def _sensible(seconds: float | None) -> float | None:
    """A provider's Retry-After, within an hour; nonsense is none."""
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
    """A sentence for the agent whose reply did not arrive, with what can be done."""
    words = WORDS[outcome]
    if code == NOT_PREPARED:
        words = "It could not be put into the channel's form; the log says why"
    elif code.startswith(FILE):
        words = f"The file was not sent, because {reason(code.removeprefix(FILE))}"
    return f":warning: Not delivered. {words} ({code}). The customer has not seen your message."
