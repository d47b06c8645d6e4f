"""Says what the shop's own site shows in peak season: until when to order, or what is left."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from notifications.campaigns.cutoffs import Alternatives, Cutoff, alternatives
from notifications.store.calendars import Calendar
from notifications.store.peak import Peak, peak_now
from notifications.store.shipping import Shipping
from notifications.store.shop import Shop
from notifications.wording.formats import best_locale, place, written
from notifications.wording.texts import Common, filled


class LastMoment(msgspec.Struct, frozen=True):
    """Says until when (UTC, ISO 8601) to order with a service."""

    service: str
    order_by: str


class Banner(msgspec.Struct, frozen=True):
    """Holds what `/banner.json` answers. `until` is the season's last day; `cutoffs` are those still open, the ordinary
    service first."""

    active: bool
    text: str
    cutoffs: tuple[LastMoment, ...]
    until: str | None
    holiday: str | None
    country: str
    locale: str


class Site(msgspec.Struct, frozen=True):
    """Holds what a banner is made of: the store's files, as far as they say something of it."""

    shop: Shop
    calendar: Calendar
    shipping: Shipping
    common: Mapping[str, Common]


def banner(site: Site, country: str, locale: str, now: datetime) -> Banner:
    """Makes the banner for a country (US, US-HI) and a language; what is not known is as for the store's first."""
    code, region = _place(site, country)
    worded = [name for name, words in site.common.items() if words.banner and words.banner_late and words.banner_busy]
    language = best_locale(locale, worded, best_locale(site.shop.locale, worded, "en"))
    where = f"{code}-{region}" if region else code
    peak = peak_now(site.shop, site.calendar, now, code, region)
    if peak is None:
        return Banner(active=False, text="", cutoffs=(), until=None, holiday=None, country=where, locale=language)
    left = alternatives(site.calendar, peak.holiday, code, region, now) if peak.holiday else None
    still = left.services if left else ()
    listed = tuple(LastMoment(_title(site, each, code, region, language), each.order_by.isoformat()) for each in still)
    return Banner(
        active=True,
        text=_text(site, peak, left, listed[0].service if listed else "", language),
        cutoffs=listed,
        until=peak.until.isoformat() if peak.until else None,
        holiday=peak.holiday.id if peak.holiday else None,
        country=where,
        locale=language,
    )


def _place(site: Site, country: str) -> tuple[str, str]:
    """Reads a country with its region; one that the store does not deliver to is the store's first."""
    code, _, region = country.strip().upper().partition("-")
    known = list(dict.fromkeys([*site.shipping.countries, *(each.country for each in site.calendar.routes)]))
    return (code, region) if code in known else (known[0] if known else "", "")


def _title(site: Site, cutoff: Cutoff, country: str, region: str, locale: str) -> str:
    """Returns the service's name as the store's customers know it, else as the carrier calls it."""
    zone, route = site.shipping.zone(country, region), cutoff.route
    known = zone.services if zone else ()
    same = [each for each in known if (each.carrier, each.service) == (route.carrier, route.service)]
    return same[0].title.get(locale, f"{route.carrier} {route.service}") if same else f"{route.carrier} {route.service}"


def _text(site: Site, peak: Peak, left: Alternatives | None, service: str, locale: str) -> str:
    words, zone = site.common[locale], site.shop.zone
    if peak.holiday is None or left is None:
        return filled(words.banner_busy, {})
    fetched = site.calendar.pick_up.titles if site.calendar.pick_up and left.pick_up else {}
    values = {
        "holiday": _of(peak.holiday.titles, locale),
        "service": service,
        "order_by": written(left.services[0].order_by, locale, zone) if left.services else "",
        "place": place(zone, locale),
        "pick_up": _of(fetched, locale),
        "pick_up_by": written(left.pick_up, locale, zone) if left.pick_up else "",
        "gift_card": left.gift_card,
    }
    return filled(words.banner if left.services else words.banner_late, values)


def _of(titles: Mapping[str, str], locale: str) -> str:
    return titles.get(locale) or next(iter(titles.values()), "")
