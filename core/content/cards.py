"""Describes contact cards: everything that stands on one, and the line that people read.

A card is {name, phone, own, more…}; `more`: nickname, organisation, title, birthday, note as text; phones, emails,
addresses, urls as lists of {value, type}.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.people.addresses import mask

Entry = dict[str, str]
ASK = "kept here; ask an operator"
_COUNTED = (("phones", "number", "numbers"), ("emails", "e-mail", "e-mails"), ("addresses", "address", "addresses"))


def card(name: str, phone: str, *, own: bool, **more: str | Sequence[Entry]) -> dict[str, Any]:
    """Makes a card, without what is empty."""
    return {"name": name, "phone": phone, "own": own, **{key: each for key, each in more.items() if each}}


def entry(value: Any, type_: Any = "") -> Entry:
    """Makes one entry of a list on a card."""
    said = {"value": " ".join(str(value).split()) if isinstance(value, (str, int)) else ""}
    return {**said, "type": type_.lower()} if isinstance(type_, str) and type_ else said


def entries(made: Iterable[Entry]) -> list[Entry]:
    """Lists entries that say something, each value once."""
    return list({each["value"]: each for each in made if each["value"]}.values())


def card_line(known: Mapping[str, Any]) -> str:
    """Writes "Jo Doe (Buyer, Acme): 2 numbers (mobile +1•••••0199, work +4•••••7788), 1 e-mail, kept here; ask an
    operator". Only names, organisation and websites are other people's to be shown."""
    names = " ".join(filter(None, (_text(known, "name"), _quoted(_text(known, "nickname")))))
    role = ", ".join(filter(None, (_text(known, "title"), _text(known, "organisation"))))
    who = f"{names} ({role})" if names and role else names or role
    sites = ", ".join(each["value"] for each in _listed(known, "urls"))
    if known.get("own"):
        return " ".join(filter(None, (who, mask(_text(known, "phone")), "(their own number)", sites)))
    kept = [_counted(known, *each) for each in _COUNTED]
    kept += [word for word in ("birthday", "note") if known.get(word)]
    personal = ", ".join(filter(None, kept))
    return ": ".join(filter(None, (who, ", ".join(filter(None, (sites, personal and f"{personal}, {ASK}"))))))


def _counted(known: Mapping[str, Any], key: str, one: str, several: str) -> str:
    listed = _listed(known, key)
    if not listed and key == "phones" and known.get("phone"):
        listed = [entry(known["phone"])]
    if not listed:
        return ""
    shown = ", ".join(" ".join(filter(None, (each.get("type", ""), _masked(key, each["value"])))) for each in listed)
    return f"{len(listed)} {one if len(listed) == 1 else several}" + (f" ({shown})" if shown else "")


def _masked(key: str, value: str) -> str:
    return "" if key == "addresses" else mask(value)


def _listed(known: Mapping[str, Any], key: str) -> list[Entry]:
    found = known.get(key)
    return [each for each in found if isinstance(each, dict) and "value" in each] if isinstance(found, list) else []


def _text(known: Mapping[str, Any], key: str) -> str:
    return " ".join(str(known.get(key) or "").split())


def _quoted(words: str) -> str:
    return f"“{words}”" if words else ""
