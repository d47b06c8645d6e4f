"""Keeps the wire log: the last calls between the product and the stand-ins."""

import json
from collections import deque
from typing import Any
from urllib.parse import quote_plus

import msgspec

from sandbox.control.feed import Feed

KEPT = 2000
BODY_LIMIT = 16_000


class Exchange(msgspec.Struct):
    """One HTTP call or socket frame, `ms` long.

    direction "out" goes from the product to a platform, "in" from a platform to the product. A `check` asks how an
    account is: no message hangs on it.
    """

    id: int
    time: str
    direction: str
    platform: str
    method: str
    path: str
    status: int
    ms: float
    note: str = ""
    check: bool = False


class Bodies(msgspec.Struct):
    """Raw request and answer of an exchange, decoded only when somebody looks."""

    request: bytes
    answer: bytes


class WireLog:
    """Keeps a bounded number of exchanges; `count` is how many there were ever."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._entries: deque[tuple[Exchange, Bodies]] = deque(maxlen=KEPT)
        self.count = 0

    def add(self, exchange: Exchange, request: bytes, answer: bytes) -> None:
        """Keeps an exchange; its id is given here."""
        self.count += 1
        exchange.id = self.count
        self._entries.append((exchange, Bodies(request[:BODY_LIMIT], answer[:BODY_LIMIT])))
        self._feed.publish("log", str(exchange.id), exchange)

    def kept(self, count: int) -> list[tuple[Exchange, Bodies]]:
        """Lists the newest exchanges with their bodies, oldest first."""
        return list(self._entries)[-count:]

    def take_up(self, entries: list[tuple[Exchange, Bodies]]) -> None:
        """Goes on where a log ended."""
        self._entries.extend(entries)
        self.count = max((exchange.id for exchange, _ in entries), default=0)

    def last(self, count: int, words: str = "") -> list[Exchange]:
        """Lists the newest exchanges, oldest first; with `words` those that have them in address, note or a body."""
        forms = _forms(words)
        found = [entry for entry in self._entries if _has(entry, forms)] if words else list(self._entries)
        return [exchange for exchange, _ in found[-count:]]

    def detail(self, exchange_id: int) -> dict[str, Any] | None:
        """Describes one exchange, both bodies as text."""
        for exchange, bodies in self._entries:
            if exchange.id == exchange_id:
                return {
                    **msgspec.to_builtins(exchange),
                    "request": bodies.request.decode(errors="replace"),
                    "answer": bodies.answer.decode(errors="replace"),
                }
        return None

    def clear(self) -> None:
        """Forgets everything."""
        self._entries.clear()


def _forms(words: str) -> set[str]:
    """Makes the ways in which words stand in a body: as they are, escaped in JSON, quoted in a form."""
    return {words.casefold(), json.dumps(words)[1:-1].casefold(), quote_plus(words).casefold()}


def _has(entry: tuple[Exchange, Bodies], forms: set[str]) -> bool:
    exchange, bodies = entry
    about = f"{exchange.platform} {exchange.method} {exchange.path} {exchange.status} {exchange.note}\n"
    said = about + (bodies.request + b"\n" + bodies.answer).decode(errors="replace")
    return any(form in said.casefold() for form in forms)
