"""Reads an address that somebody writes: "12 Oak Ave, Apt 4, Austin, TX 78701", 上海市浦东新区世纪大道100号 200120."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from babel import Locale
from msgspec.structs import asdict, replace

from core.locales import HAN
from core.people.us_states import STATES
from core.shop.orders import StreetAddress
from flows.understanding.normalise import clean
from flows.understanding.values.entities import postcode

_DIGIT = re.compile(r"[0-9]")
_PARTS = re.compile(r"[,，;；\n]+")
_FRAME = re.compile(
    r"^(?:(?:please|pls|(?:send|ship|deliver|change) it to|it'?s|it is|to|my (?:new )?address is|the (?:new )?"
    r"address is|new address|address|the new one is)\b[:\s]*)+"
    r"|^(?:请|麻烦)?(?:改成|改到|寄到|送到|发到|新?地址(?:是|为)?)[:：\s]*",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:post\s?code|zip(?:\s?code)?|邮编|邮政编码)[:：\s]*", re.IGNORECASE)
_CITY_HAN = re.compile(r"^(?:.{2,8}?(?:省|自治区))?(.{2,6}?市)")
_BOX = re.compile(r"\bp\.?\s?o\.?\s?box\b|邮政信箱", re.IGNORECASE)


def read_address(said: str, before: StreetAddress) -> StreetAddress:
    """Reads what it can; what stays empty has to be asked for. `before` helps where a city or country is not named."""
    text = _FRAME.sub("", said.replace("\r", "").strip())
    code = postcode(text)
    plain = "\n".join(clean(line) for line in text.split("\n"))
    bare = _LABEL.sub("", _without(plain, code) if code else plain)
    parts = [part.strip(" .。") for part in _PARTS.split(bare) if part.strip(" .。")]
    country = next((found for part in parts if (found := _country(part))), "")
    parts = [part for part in parts if not _country(part)]
    made = _chinese(parts) if HAN.search(bare) else _western(parts, before)
    return replace(made, postcode=code or "", country=country or before.country)


def read_place(place: Mapping[str, Any], before: StreetAddress) -> StreetAddress:
    """Reads the address of a place that was shared ({address?, name?, latitude, longitude}), or what was written of it
    ({address}). A point on the map alone is none: it stays empty. A name that is no street is kept, for who delivers
    there."""
    made = read_address(str(place.get("address") or ""), before)
    name = clean(str(place.get("name") or ""))
    if not made.line1 or not name or name.casefold() in one_line(made).casefold():
        return made
    return replace(made, line2=", ".join(filter(None, (name, made.line2))))


def completed(part: StreetAddress, rest: StreetAddress) -> StreetAddress:
    """Puts together what was told of an address in two messages: "12 Oak Ave", then "Austin, 78701". Whoever writes a
    street once more begins anew."""
    if part.line1 and rest.city and rest.line1 == rest.city:  # 北京市, which is written before the street
        return replace(part, line1=rest.city + part.line1, city=rest.city, postcode=rest.postcode or part.postcode)
    is_city = bool(rest.line1) and not rest.city and not part.city and not _DIGIT.search(rest.line1)
    if is_city:
        rest = replace(rest, line1="", city=rest.line1)
    if not part.line1 or rest.line1:
        return rest
    told = {name: value or getattr(part, name) for name, value in asdict(rest).items()}
    return StreetAddress(**told)


def missing(address: StreetAddress) -> list[str]:
    """Names what an address cannot do without."""
    needed = ("line1", "city") if HAN.search(address.line1) else ("line1", "city", "postcode")
    return [name for name in needed if not getattr(address, name)]


def is_box(address: StreetAddress) -> bool:
    """Tells whether it is a post-office box, which not every carrier goes to."""
    return _BOX.search(f"{address.line1} {address.line2}") is not None


def one_line(address: StreetAddress) -> str:
    """Writes an address in one line."""
    tail = " ".join(filter(None, (address.region, address.postcode)))
    return ", ".join(filter(None, (address.line1, address.line2, address.city, tail, address.country)))


def _western(parts: list[str], before: StreetAddress) -> StreetAddress:
    region = ""
    if parts and (found := _state(parts[-1])):
        region, parts = found, parts[:-1]
    elif parts and (match := re.fullmatch(r"(.*\S)\s+([A-Za-z]{2})", parts[-1])) and _state(match.group(2)):
        region, parts = _state(match.group(2)), [*parts[:-1], match.group(1)]
    if not parts:
        return StreetAddress(region=region)
    line1, *rest = parts
    city = rest.pop() if rest else ""
    if not city and before.city and line1.casefold().endswith(before.city.casefold()):
        line1, city = line1[: -len(before.city)].strip(), before.city
    return StreetAddress(line1, ", ".join(rest), city, region=region)


def _chinese(parts: list[str]) -> StreetAddress:
    whole = "".join(parts)
    found = _CITY_HAN.match(whole)
    return StreetAddress(whole, "", found.group(1) if found else "")


def _without(text: str, code: str) -> str:
    written = r"[\s-]?".join(map(re.escape, code))
    return re.sub(written + r"(?![0-9])", " ", text, count=1, flags=re.IGNORECASE)


def _state(said: str) -> str:
    bare = said.strip().casefold()
    return next((code for code, name in STATES.items() if bare in (code.casefold(), name.casefold())), "")


def _country(said: str) -> str:
    return _countries().get(said.strip().casefold(), "")


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    named: dict[str, str] = {}
    for locale in ("en", "zh"):
        territories = Locale(locale).territories
        named |= {str(name).casefold(): str(code) for code, name in territories.items() if len(str(code)) == 2}
    return {**named, "usa": "US", "u.s.a.": "US", "united states of america": "US", "uk": "GB", "england": "GB"}
