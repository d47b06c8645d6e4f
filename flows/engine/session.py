"""Holds a conversation's place in its flows: a small value, kept in one row between two messages."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

DOUBLE_TAP = timedelta(seconds=10)


class Entry(StrEnum):
    """Says how a frame came onto the stack, hence what follows when its flow ends."""

    ROOT = "root"  # the conversation rests
    CALL = "call"  # the caller goes on after its `call`
    DIGRESSION = "digression"  # the interrupted flow says that it is back and asks again
    PATTERN = "pattern"  # the interrupted flow asks again


class Wait(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds what a frame waits for: what happens (`name`, about `key`), or the time alone; `over` once either has come,
    with the event's `value`."""

    id: str
    until: datetime
    name: str = ""
    key: str = ""
    over: bool = False
    value: Any = None


class Frame(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds one running flow. `version` is its content hash; `memo` keeps the results of consequential actions; `told`
    names the slots that the customer answered, in order; `reminded` that they were reminded of its question;
    `gathered` are the values so far of a question for several; `listed` what an action listed for one, by its slot;
    `passed` names optional questions that were left once and are not asked again before the summary."""

    flow: str
    version: str = ""
    step: str = ""
    slots: dict[str, Any] = {}
    memo: dict[str, Any] = {}
    told: tuple[str, ...] = ()
    attempts: int = 0
    entry: Entry = Entry.ROOT
    started_at: datetime | None = None
    wait: Wait | None = None
    reminded: bool = False
    gathered: tuple[Any, ...] = ()
    listed: "dict[str, tuple[Offered, ...]]" = {}
    passed: tuple[str, ...] = ()


class Offered(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds a choice as it was last shown: what a press (`id`), a number or a word is matched against. `traits` say how
    it stands out among the others: latest, oldest, cheapest, dearest."""

    id: str
    value: str
    title: str
    description: str = ""
    synonyms: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()


class Taken(msgspec.Struct, frozen=True):
    """Holds the choice that the customer pressed last, and when."""

    id: str
    at: datetime


class Pending(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds the action whose result the engine waits for, kept whole so that a lost result can be asked for again."""

    key: str
    name: str
    args: dict[str, Any] = {}


class Reminder(msgspec.Struct, frozen=True):
    """Holds when the customer is reminded of the open question."""

    id: str
    at: datetime


class Echo(msgspec.Struct, frozen=True):
    """Holds digests of what was heard and said last, how often the pair came, and since when."""

    heard: str
    said: str
    times: int
    since: datetime


class Subject(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds what was last spoken of: an order's number, a parcel's, an item's name."""

    order: str = ""
    parcel: str = ""
    item: str = ""
    at: datetime | None = None


class Later(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds a request that waits for the one before it: its intent, the words that asked for it, what these filled."""

    intent: str
    text: str = ""
    slots: dict[str, Any] = {}


class Session(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds the stack and the open question. `awaiting` names the slot that the top frame's `collect` has asked for (""
    when nothing is asked)."""

    locale: str = "en"
    channel: str = ""
    timezone: str = "UTC"
    stack: tuple[Frame, ...] = ()
    awaiting: str = ""
    last_choices: tuple[Offered, ...] = ()
    counters: dict[str, int] = {}
    pending: Pending | None = None
    active_at: datetime | None = None  # the customer's last message
    taken: Taken | None = None  # while it is all that they did since
    focus: Subject = Subject()
    later: tuple[Later, ...] = ()
    aside: tuple[tuple[Frame, ...], ...] = ()  # flows that wait for long, each with its callers
    reminder: Reminder | None = None
    spoken: str = ""  # the language that they wrote last, or asked for
    echo: Echo | None = None

    @property
    def idle(self) -> bool:
        """Tells whether no flow runs."""
        return not self.stack

    def heard(self, choice_id: str, at: datetime) -> bool:
        """Tells whether a press repeats the choice just taken: an impatient thumb, or a slow network."""
        return self.taken is not None and self.taken.id == choice_id and abs(at - self.taken.at) <= DOUBLE_TAP


def new_session(locale: str, channel: str = "", timezone: str = "UTC") -> Session:
    """Makes an empty session. `locale` like "en" or "zh-HK"; `timezone` an IANA name, for dates in texts."""
    return Session(locale=locale or "en", channel=channel, timezone=timezone or "UTC")


def decode_session(data: bytes | str) -> Session:
    """Decodes what `core.encoding.encode` of this or another version wrote. Raises `msgspec.ValidationError`."""
    return _DECODER.decode(data)


_DECODER: msgspec.json.Decoder[Session] = msgspec.json.Decoder(Session)
