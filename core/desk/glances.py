"""Defines what posts and cards show in a line: files, quotes, orders, parcels, turns, buttons."""

from datetime import date, datetime
from typing import Literal

import msgspec

from core.cases.sla import Metric
from core.desk.return_glance import ReturnGlance
from core.people.conversations import CaseState
from core.shop.orders import OrderStatus, ShipmentStatus

ButtonStyle = Literal["", "primary", "danger"]


class ButtonGlance(msgspec.Struct, frozen=True, omit_defaults=True):
    """A button as a post shows it, in which of its rows. At most one of a row has a style, and stands out."""

    id: str
    label: str
    value: str
    style: ButtonStyle = ""
    row: int = 0


class DueGlance(msgspec.Struct, frozen=True, omit_defaults=True):
    """Until when the team aims to answer first, to answer again or to be done; `is_late`: that time is over."""

    metric: Metric
    at: datetime
    is_late: bool = False


class FileGlance(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file as a post shows it: with a `link` (`coming`: while it is still being fetched), or with its `trouble`.

    `told` says what is in a file that is not to be opened by everybody: other people's contact cards. `shared` is the
    desk's own id of it where it is seen there itself; `unshared` says why only the link is.
    """

    kind: str
    filename: str = ""
    mime: str = ""
    size: int = 0
    link: str = ""
    trouble: str = ""
    coming: bool = False
    told: str = ""
    shared: str = ""
    unshared: str = ""


class QuoteGlance(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a message points at, in a line. No `text`: a message that is not known here any more.

    `author`: customer, bot, agent, notice; shop where only that is known. `origin`: whose it is, from elsewhere.
    """

    author: str = ""
    text: str = ""
    origin: str = ""


class ParcelGlance(msgspec.Struct, frozen=True, omit_defaults=True):
    """A parcel as a card shows it."""

    status: ShipmentStatus
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    eta: date | None = None


class OrderGlance(msgspec.Struct, frozen=True, omit_defaults=True):
    """An order as a card shows it. `total` is formatted with its currency; `is_meant`: it is the one spoken of."""

    number: str
    status: OrderStatus
    placed_at: datetime
    total: str = ""
    items: str = ""
    parcels: tuple[ParcelGlance, ...] = ()
    is_meant: bool = True


class PastCase(msgspec.Struct, frozen=True, omit_defaults=True):
    """An earlier case of the same customer."""

    number: int
    reason: str
    state: CaseState
    opened_at: datetime


class ConsentGlance(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the customer agreed to, or ended, on a channel. `purpose`: service or marketing."""

    channel: str
    purpose: str
    granted: bool


class DetailGlance(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that the bot took down for a case: `label` names it for people. Files have no `text`."""

    label: str
    text: str = ""
    files: tuple[FileGlance, ...] = ()


class TurnGlance(msgspec.Struct, frozen=True):
    """One line of the conversation so far. `author`: customer, bot, agent, notice, program."""

    author: str
    text: str
    at: datetime
    quoted: QuoteGlance | None = None


class ReturnShown(msgspec.Struct, frozen=True):
    """Holds a return on its case's card, with the buttons under it."""

    glance: ReturnGlance
    buttons: tuple[ButtonGlance, ...] = ()
