"""Tells of an outage when it begins and when it is over, not each second between."""

import logging


class Outage:
    """Follows whether something is away: `lasts` as often as that is seen, `is_over` as often as it is not."""

    def __init__(self, log: logging.Logger, words: str) -> None:
        self._log, self._words = log, words
        self._lasting = False

    def lasts(self, error: Exception) -> None:
        """Logs the words when the outage is a new one."""
        if not self._lasting:
            self._lasting = True
            self._log.warning(self._words, extra={"error_type": type(error).__name__})

    def is_over(self) -> None:
        """Logs that what was away is back."""
        if self._lasting:
            self._lasting = False
            self._log.warning("over: %s", self._words)
