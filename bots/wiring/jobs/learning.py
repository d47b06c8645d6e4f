"""Has phrases of the store's learned that no model knows yet: by one job; workers take the model when it is there."""

from pathlib import Path

from redis import Redis

from bots.wiring.jobs.handing import is_taken
from flows.understanding.classifier.files import trained_on

TASK = "phrases"


class Learning:
    """Looks whether phrases were learned, for one worker. `trained` is the folder of models."""

    def __init__(self, trained: Path, redis: Redis) -> None:
        self._trained = trained
        self._redis = redis
        self._asked = ""

    def look(self, phrases: str) -> bool:
        """Tells whether a model of the phrases with this fingerprint is there; hands them to the jobs process if not.

        Where none lives it is asked again: `doorstep flows train` does the same.
        """
        if trained_on(phrases, self._trained).exists():
            return True
        if phrases != self._asked and is_taken(self._redis, TASK, {}, f"{TASK}-{phrases}"):
            self._asked = phrases
        return False
