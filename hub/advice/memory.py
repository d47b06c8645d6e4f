"""Remembers what was advised: by the question's digest, no words; what failed only as long as somebody waits for it."""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from flows.understanding.advice.answer import NO_ADVICE, Advice

REMEMBERED = 1000  # questions
FAILED_FOR = timedelta(seconds=10)


class Memory:
    """Is read by the thread that handles messages, and written by the loop that asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[Advice, datetime | None]] = OrderedDict()

    def find(self, digest: str, now: datetime) -> Advice | None:
        """Returns the advice; empty where none came, None where it is not known (any more)."""
        with self._lock:
            found = self._known.get(digest)
            if found is None:
                return None
            advice, until = found
            if until is not None and now >= until:
                del self._known[digest]
                return None
            self._known.move_to_end(digest)
            return advice

    def keep(self, digest: str, advice: Advice) -> None:
        """Keeps an answer."""
        self._put(digest, advice, None)

    def fail(self, digest: str, now: datetime) -> None:
        """Keeps for a moment that none came."""
        self._put(digest, NO_ADVICE, now + FAILED_FOR)

    def _put(self, digest: str, advice: Advice, until: datetime | None) -> None:
        with self._lock:
            self._known[digest] = (advice, until)
            self._known.move_to_end(digest)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
