"""Says what is wrong with what was asked for, and what would be right: a sentence on the page."""

from typing import Any


class Mistake(ValueError):
    """Raised for a wrong parameter. `key`: that of the text which says so; `values` fill it in."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class NotThere(LookupError):
    """Raised where there is nothing with that id, or no longer."""
