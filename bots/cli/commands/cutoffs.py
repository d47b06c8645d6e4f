"""Shows the last moments to order, and the open orders that come too late: `doorstep cutoffs`."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from bots.cli.common import database, json_option, refuse, show, store_option

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from notifications.store.calendars import Calendar

GROUP = 200
DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def cutoffs() -> None:
    """Holidays: until when to order, and which orders miss them."""


@cutoffs.command(name="show")
@click.option("--country", metavar="CC", help="Only to this country, like US.")
@click.option("--region", metavar="R", default="", help="With its own services, like HI.")
@click.option("--postcode", metavar="ZIP", default="", help="Of the US, in place of --country and --region.")
@click.option("--date", "day", type=DAY, metavar="DAY", help="To arrive by this day instead of the holidays.")
@store_option
@json_option
def show_(country: str | None, region: str, postcode: str, day: datetime | None, store: "Path", as_json: bool) -> None:
    """Show the last moment to order of each service, in the store's zone and in UTC, and what is left after it."""
    from bots.wiring import clock_time
    from bots.wiring.store.policies import load_shop_of
    from config.settings import SHIPPED_STORE
    from core.files.documents import found_in
    from notifications.store.calendars import Holiday, load_cutoffs

    if postcode:
        country, region = _place_of(postcode, country, region)
    elif region and not country:
        raise refuse("--region: say its --country too, like --country US --region HI")
    calendar, now = load_cutoffs(found_in("cutoffs.yaml", store, SHIPPED_STORE)), clock_time.now()
    zone = load_shop_of(store).zone
    today = now.astimezone(zone).date()
    holidays = [each for each in calendar.holidays if each.deliver_by >= today]
    if day is not None:
        if day.date() < today:
            raise refuse(f"{day.date()} is over; expected a day from {today} on")
        holidays = [Holiday("date", {"en": day.date().isoformat()}, day.date())]
    places = [(country.upper(), region.upper())] if country else _places(calendar)
    found = [_shown(calendar, each, place, now, zone) for each in holidays for place in places]
    if country and not any(each["services"] for each in found):
        known = ", ".join(sorted({each.country for each in calendar.routes}))
        raise refuse(f"cutoffs.yaml has no service to {country.upper()}; there are some to {known}")
    show(found, as_json=as_json, text="\n".join(map(_lines, found)) or "No holiday is ahead (cutoffs.yaml).")


@cutoffs.command("at-risk")
@json_option
def at_risk(as_json: bool) -> None:
    """List open orders that were likely bought for a holiday and come after it, by what is known now."""
    from config.settings import SHIPPED_STORE
    from core.files.documents import found_in
    from notifications.store.calendars import load_cutoffs

    with database() as opened, opened.store.read() as conn:
        calendar = load_cutoffs(found_in("cutoffs.yaml", opened.settings.store_dir, SHIPPED_STORE))
        found = _risky(conn, calendar, opened.now())
    text = "\n".join(f"{each['order']:<16} {each['holiday']}: expected {each['expected']}" for each in found)
    show(found, as_json=as_json, text=text or "No open order misses a holiday.")


def _risky(conn: "Connection", calendar: "Calendar", now: datetime) -> list[dict[str, Any]]:
    from notifications.campaigns.at_risk import BOUGHT_FOR
    from notifications.campaigns.at_risk import at_risk as risk_of
    from storage.shop import orders

    last, found = "", list[dict[str, Any]]()
    while numbers := orders.after(conn, last, GROUP, now - 2 * BOUGHT_FOR, only_under_way=False):
        last = numbers[-1]
        for number, known in orders.known(conn, numbers).items():
            risk = risk_of(calendar, known.order, now) if known.order else None
            if risk is not None:
                day, by = risk.expected.isoformat(), risk.holiday.deliver_by.isoformat()
                found.append({"order": number, "holiday": risk.holiday.id, "deliver_by": by, "expected": day})
    return found


def _place_of(postcode: str, country: str | None, region: str) -> tuple[str, str]:
    """Finds country and region of a US postcode; in other places services are told apart by --region alone."""
    from core.people.us_zips import state_of

    state = state_of(postcode)
    if (country or "US").upper() != "US":
        raise refuse("--postcode: only those of the US tell a region; say --country CC --region R")
    if not state:
        raise refuse(f"--postcode: {postcode!r} is no postcode of the US; write one like 96813")
    if region and region.upper() != state:
        raise refuse(f"--postcode: {postcode} is in {state}, not in {region.upper()}; say one of the two")
    return "US", state


def _places(calendar: "Calendar") -> list[tuple[str, str]]:
    there = ((each.country, region) for each in calendar.routes for region in (each.regions or ("",)))
    return list(dict.fromkeys(there))


def _shown(calendar: "Calendar", holiday: Any, place: tuple[str, str], now: datetime, zone: Any) -> dict[str, Any]:
    from notifications.campaigns.cutoffs import alternatives
    from notifications.campaigns.cutoffs import cutoffs as all_cutoffs

    left = alternatives(calendar, holiday, *place, now)
    return {
        "holiday": holiday.id,
        "deliver_by": holiday.deliver_by.isoformat(),
        "country": place[0],
        "region": place[1] or None,
        "services": [
            {
                "service": f"{each.route.carrier} {each.route.service}",
                "order_by": each.order_by.isoformat(),
                "local": f"{each.order_by.astimezone(zone):%a %Y-%m-%d %H:%M %Z}",
                "open": now < each.order_by,
            }
            for each in all_cutoffs(calendar, holiday, *place)
        ],
        "pick_up_by": left.pick_up.isoformat() if left.pick_up else None,
        "gift_card": left.gift_card or None,
    }


def _lines(found: dict[str, Any]) -> str:
    place = "-".join(filter(None, (found["country"], found["region"])))
    lines = [f"{found['holiday']}, there by {date.fromisoformat(found['deliver_by']):%a %Y-%m-%d}, to {place}:"]
    lines += [
        f"  {each['service']:<28} order by {each['local']}{'' if each['open'] else '  (over)'}"
        for each in found["services"]
    ]
    if found["pick_up_by"]:
        lines.append(f"  {'to be fetched':<28} order by {found['pick_up_by']}")
    if found["gift_card"]:
        lines.append(f"  {'gift card':<28} {found['gift_card']}")
    return "\n".join(lines)
