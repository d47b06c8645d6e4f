"""Collects what a customer may expect after a turn: what the bot said, and the dates that its words may tell."""

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from core.cases.expected_reply import Queue
from core.content.text import and_then
from core.encoding import encode
from core.messages.outbound import decode_message
from core.people.conversations import Routed
from core.shop.promises import Promised, Purpose, tells
from hub.delivery.postings import NewMessage
from storage.engine.batch import Batch
from storage.promises import ledger
from storage.promises.tables import promises as promises_table

FindQueue = Callable[[str, datetime], tuple[Queue, datetime]]  # as `storage.desk.case_counts.queue` answers


class Expected:
    """Holds what the bot said in one turn. `opened` says how a case is ranked that this turn opened; `find_queue` asks
    how many of a team wait for an agent."""

    def __init__(self, find_queue: FindQueue) -> None:
        self.find_queue = find_queue
        self.opened: Routed | None = None
        self._said: list[NewMessage] = []
        self._promised: dict[tuple[Purpose, str, str], tuple[Promised, tuple[str, ...]]] = {}

    def say(self, made: NewMessage) -> None:
        """Notes a message of the bot's that has words."""
        self._said.append(made)

    def add(self, words: str) -> bool:
        """Adds words to what was said last; false where nothing was."""
        last = self._said[-1] if self._said else None
        if last is None or last.line is None:
            return False
        message = decode_message(last.row["payload"])
        text = and_then(message.text, words)
        last.row["payload"] = encode(msgspec.structs.replace(message, text=text))
        last.line["text"] = text
        return True

    def promise(self, promised: Promised, forms: Iterable[str]) -> None:
        """Notes a date that the words of this turn may tell, in one of these forms."""
        self._promised[promised.subject] = promised, tuple(forms)

    def book(self, batch: Batch, customer_id: str, now: datetime) -> None:
        """Adds the rows of the dates that the words tell; those that are over promise nothing."""
        for promised, forms in self._promised.values():
            teller = next((each for each in self._said if each.line and tells(each.line["text"], forms)), None)
            if teller is not None and promised.due > now:
                batch.insert(promises_table, ledger.row(promised, customer_id, teller.id, now))
                batch.update(ledger.CHANGE, ledger.change(promised, now))
