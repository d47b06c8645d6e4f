"""Reads the store itself: its name, zone, currency, language, order of channels and quiet hours (`shop.yaml`)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from babel.core import Locale, UnknownLocaleError
from msgspec import Meta

from core.files.complaints import CURRENCY
from core.files.documents import Document
from core.files.durations import EXPECTED
from core.files.near import one_of
from core.people.consent import MARKETING
from notifications.planning.caps import REVIEW, USUAL, Cap
from notifications.planning.quiet_hours import QuietHours
from notifications.planning.zones import zone
from notifications.store.calendars import Wall
from notifications.store.digest import Digest
from notifications.store.support_hours import SupportHours, check, is_open


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds `{from: "20:00", to: "09:00"}`."""

    start: Wall = msgspec.field(name="from")
    end: Wall = msgspec.field(name="to")


class Season(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds `{from: 2026-11-20, to: 2026-12-24}`, both ends included."""

    start: date = msgspec.field(name="from")
    end: date = msgspec.field(name="to")


class Shop(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Describes the store. `quiet_hours` by category; one without is never quiet. `link_previews` by channel: whether
    links are shown with a preview; not, where it says nothing. `notices` by kind: whether it is sent at all. `caps` by
    category or kind: how many at most; null for no cap, the usual one (`caps.USUAL`) where it says nothing. `peak`
    says whether it is peak season, or when; where it says nothing, the holidays of `cutoffs.yaml` do. Without `digest`
    none is posted. `targets`: what numbers are to reach, by name; null for nothing."""

    timezone: str
    currency: Annotated[str, Meta(pattern=CURRENCY)]
    name: Annotated[str, Meta(min_length=1, max_length=60)] = ""
    address: str = ""
    locale: str = "en"
    channels: tuple[str, ...] = ()
    quiet_hours: dict[str, Hours | None] = msgspec.field(default_factory=lambda: {MARKETING: Hours("20:00", "09:00")})
    support_hours: SupportHours = SupportHours()
    link_previews: dict[str, bool] = {}
    notices: dict[str, bool] = {}
    peak: bool | tuple[Season, ...] | None = None
    caps: dict[str, Cap | None] = {}
    digest: Digest | None = None
    targets: dict[str, str | float | None] = {}

    @property
    def zone(self) -> ZoneInfo:
        """Returns the store's zone."""
        return ZoneInfo(self.timezone)

    def answers(self, moment: datetime, team: str = "") -> bool:
        """Tells whether people answer at the desk then."""
        return is_open(self.support_hours, moment, self.zone, team)

    def quiet(self, category: str) -> QuietHours | None:
        """Returns the quiet hours of a category of notices; a request for a review keeps those of offers."""
        hours = self.quiet_hours.get(MARKETING if category == REVIEW and REVIEW not in self.quiet_hours else category)
        return QuietHours(time.fromisoformat(hours.start), time.fromisoformat(hours.end)) if hours else None

    def caps_of(self, kind: str, category: str) -> list[tuple[str, Cap]]:
        """Returns the caps that hold for a kind of notice, each with the category or kind that it counts."""
        known = {**USUAL, **self.caps}
        return [(sort, cap) for sort in (category, kind) if (cap := known.get(sort))]


def load_shop(
    path: Path, channels: Sequence[str], previews: Collection[str] | None = None, other_name: str = ""
) -> Shop:
    """Reads `shop.yaml`; without `channels` in it notices try all of `channels`, in their order.

    `previews` are the channels whose link previews are ours to choose; without `name` in it the shop has `other_name`.
    Raises ConfigurationError.
    """
    document = Document(path)
    shop = document.read(Shop)
    if not shop.name:
        if not other_name:
            raise document.fault("name is missing; expected the shop's name, as its customers know it")
        shop = msgspec.structs.replace(shop, name=other_name)
    if zone(shop.timezone) is None:
        raise document.fault("expected the name of a time zone, like Europe/Berlin", "timezone")
    unknown = [name for name in shop.channels if name not in channels]
    if unknown:
        raise document.fault(f"{unknown[0]}: {one_of(unknown[0], channels, 'some')}", "channels")
    choosable = channels if previews is None else previews
    fixed = next((name for name in shop.link_previews if name not in choosable), None)
    if fixed:
        raise document.fault(f"{fixed}: {one_of(fixed, choosable, 'some')}", "link_previews")
    try:
        Locale.parse(shop.locale, sep="-" if "-" in shop.locale else "_")
    except (ValueError, UnknownLocaleError):
        raise document.fault("expected a language, like en or zh", "locale") from None
    check(document, shop.support_hours, "support_hours")
    _check_caps(document, shop)
    _check_peak(document, shop)
    return shop if "channels" in document.data else msgspec.structs.replace(shop, channels=tuple(channels))


def _check_peak(document: Document, shop: Shop) -> None:
    for number, season in enumerate(shop.peak if isinstance(shop.peak, tuple) else ()):
        if season.start > season.end:
            raise document.fault("expected the first day in from, and the last in to", "peak", number)


def _check_caps(document: Document, shop: Shop) -> None:
    for sort, cap in shop.caps.items():
        try:
            _ = cap.length if cap else None
        except ValueError:
            raise document.fault(f"expected {EXPECTED}", "caps", sort, "per") from None
