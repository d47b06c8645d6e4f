"""Books what a store tells of consents, each word by its own clock: a withdrawal is obeyed, a STOP stays one."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from core.people.addresses import canonical
from core.people.consent import ConsentWord
from storage.people import consents
from storage.people.consents import Entry
from storage.people.tables import consents as table


class Said(NamedTuple):
    """Holds a word of the customer's at this number as the store tells it, said `at` then; `proof` is the event.

    One `is_listed` among the channels that they agreed to, which are told again and again: it grants where nothing is
    known.
    """

    phone: str
    word: ConsentWord
    at: datetime
    source: str
    proof: str
    is_listed: bool = False


def note(conn: Connection, told: Iterable[Said], now: datetime) -> None:
    """Books the words that are news, in the order in which they were said, whatever the order in which they came.

    What was said later at the address itself, or told before, stands. A yes takes back a no of the store's own telling
    only: no event undoes a STOP.
    """
    in_order = sorted(told, key=lambda said: said.at)
    known = {_of(each): each for each in consents.entries(conn, {(s.word.channel, s.phone) for s in in_order})}
    rows = []
    for said in in_order:
        word = said.word
        entry = Entry(word.channel, said.phone, word.purpose, word.granted, said.source, said.proof, said.at)
        was = known.get(_of(entry))
        if was is None or (not said.is_listed and _is_news(was, entry, has_own_clock=word.at is not None)):
            known[_of(entry)] = entry
            rows.append({**consents.row(*_key(entry), word.granted, said.source, now, said.proof), "at": said.at})
    if rows:
        conn.execute(table.insert(), rows)


def _is_news(was: Entry, told: Entry, *, has_own_clock: bool) -> bool:
    """Tells whether a word changes what is known; the same word said later counts too, where it has a clock: an earlier
    one of the other kind may come yet."""
    if told.at <= was.at:
        return False
    if was.granted == told.granted:
        return has_own_clock and consents.is_stores(was.source)
    return not told.granted or consents.is_stores(was.source)


def _of(entry: Entry) -> tuple[str, str, str]:
    return entry.channel, canonical(entry.address), entry.purpose


def _key(entry: Entry) -> tuple[str, str, str]:
    return entry.channel, entry.address, entry.purpose
