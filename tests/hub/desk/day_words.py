"""Words of a day at the desk, as customers and agents read them, with times and lengths."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

MIDNIGHT = datetime(2026, 12, 23, 5, tzinfo=UTC)  # in New York
DAY = 24 * 60
_WRITTEN = yaml.safe_load((Path(__file__).parent / "fixtures" / "a_day" / "words.yaml").read_text())


class Words:
    """Holds what is said in one language, or to agents."""

    def __init__(self, name: str) -> None:
        self.is_chinese = name == "zh"
        self.texts: dict[str, Any] = _WRITTEN[name]

    def said(self, key: str, **named: str) -> str:
        """Returns a text."""
        return str(self.texts[key].format(**named))

    def by(self, now: int, due: int) -> str:
        """Says by when they hear from somebody."""
        if due // DAY == now // DAY:
            return self.said("by_today", time=self.clock(due))
        return self.said("by_later", time=self.clock(due), date=self.texts["dates"][due // DAY])

    def back(self, now: int, back: int, key: str) -> str:
        """Says that the desk is closed, and when it is back."""
        day = self.texts["today" if back // DAY == now // DAY else "tomorrow"]
        return self.said(key, day=day, time=self.clock(back))

    def joined(self, parts: Sequence[str]) -> str:
        """Joins what is said at once."""
        first, *rest = [part for part in parts if part]
        return first + ("" if self.is_chinese else " ") + ("" if self.is_chinese else " ").join(rest)

    def clock(self, minute: int) -> str:
        """Writes a time of day: 1:30 PM, 13:30."""
        hours, minutes = divmod(minute % DAY, 60)
        if self.is_chinese:
            return f"{hours:02}:{minutes:02}"
        return f"{(hours - 1) % 12 + 1}:{minutes:02} {'AM' if hours < 12 else 'PM'}"

    def utc(self, minute: int) -> str:
        """Writes a moment as reports do."""
        return f"{MIDNIGHT + timedelta(minutes=minute):%d %b %H:%M}"

    def length(self, minutes: float) -> str:
        """Writes how long something takes: 1 h 5 min."""
        hours, rest = divmod(int(minutes), 60)
        if not hours:
            return f"{rest} min" if rest else "less than a minute"
        return f"{hours} h {rest} min" if rest else f"{hours} h"

    def average(self, seconds: float) -> str:
        """Writes an average: 3 h 0 min, 12 min."""
        hours, rest = divmod(int(seconds) // 60, 60)
        return f"{hours} h {rest} min" if hours else f"{rest} min"


WORDS = {name: Words(name) for name in ("en", "zh", "desk")}
