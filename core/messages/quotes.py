"""Says what a message points at: for agents in one line, for flows in its words.

What is on the timeline is known best: who wrote it, how it reads now. Where the message is not there, or comes from
elsewhere, the payload itself may show some of it (`core.messages.pieces.Quote`).
"""

from typing import NamedTuple

from core.content.placeholders import kind_named
from core.content.text import shorten
from core.desk.glances import QuoteGlance
from core.messages.pieces import MEDIA_KINDS, Quote

LINE = 160  # characters that show which message it is
_NOTHING = Quote()


class Known(NamedTuple):
    """Holds a line of the timeline that is pointed at. `author` as agents are told: customer, bot, agent, notice."""

    author: str
    text: str
    kinds: tuple[str, ...] = ()
    deleted: bool = False


def glance(known: Known | None, shown: Quote | None) -> QuoteGlance:
    """Returns what agents see: whose words, and those that were marked, else as much as fits a line."""
    shown = shown or _NOTHING
    author = known.author if known else shown.author
    return QuoteGlance(author, shorten(" ".join(_words(known, shown).split()), LINE), shown.origin)


def words(known: Known | None, shown: Quote | None) -> str:
    """Returns what flows may read: the words that were marked, else all of them; "" where none are known."""
    shown = shown or _NOTHING
    if known and known.deleted:
        return ""
    return shown.part or (known.text if known else "") or shown.text


def _words(known: Known | None, shown: Quote) -> str:
    if known and known.deleted:
        return "(taken back)"
    kinds = known.kinds if known else shown.kinds
    files = [kind_named(kind) for kind in kinds if known is None or kind in MEDIA_KINDS]
    return " ".join(filter(None, (*files, words(known, shown))))
