"""Finds which accounts are on: the environment's and those of CHANNELS_FILE. Half a channel stops the start."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from config import sources, values
from config.forms import forms
from config.settings import Settings, reveal, reveal_all
from config.unknown_names import nearest
from core.accounts import Account, AccountForm, Kind
from core.errors import ConfigurationError
from core.files.documents import fail, place, read


def accounts(settings: Settings) -> dict[str, list[Account]]:
    """Reads the settings of each account by channel ("twilio" and "slack" included), the environment's first.

    Raises ConfigurationError naming what is missing.
    """
    found: dict[str, list[Account]] = {name: [] for name in forms()}
    for name, form in forms().items():
        account = _from_environment(settings, form)
        if account:
            found[name].append(_checked(form, account, form.variable("")))
    if settings.channels_file:
        for n, (form, account) in enumerate(_from_file(settings.channels_file)):
            found[form.name].append(_checked(form, account, f"{settings.channels_file}: entry {n + 1}: "))
    return found


def _from_environment(settings: Settings, form: AccountForm) -> Account:
    values = {name: _plain(settings.value(form.variable(name).lower())) for name in form.names()}
    return {name: value for name, value in values.items() if value}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return reveal_all(value)
    return value if isinstance(value, str) else reveal(value)


def _from_file(path: Path) -> list[tuple[AccountForm, Account]]:
    if not path.is_file():
        raise ConfigurationError(f"CHANNELS_FILE: there is no file {path}; name another, or leave it out")
    entries = read(path) or []
    if not isinstance(entries, list):
        fail(place(path, entries), "found no list", "a list of accounts, like - {channel: whatsapp, account: main, …}")
    return [_entry(path, n, entry) for n, entry in enumerate(entries, 1)]


def _entry(path: Path, n: int, entry: Any) -> tuple[AccountForm, Account]:
    form = forms().get(str(entry.get("channel"))) if isinstance(entry, dict) else None
    if form is None:
        named = str(entry.get("channel", "")) if isinstance(entry, dict) else ""
        raise _fault(path, n, entry, "channel", _meant(named, forms()))
    known = form.in_file()
    allowed = {"channel", "account", *known}
    strange = sorted(set(entry) - allowed)
    if strange:
        raise _fault(path, n, entry, strange[0], _meant(strange[0], sorted(allowed)))
    for name in form.names(Kind.PHONE):
        if isinstance(entry.get(name), int):
            raise _fault(path, n, entry, name, 'put the number in quotes, like "+12025550100"')
    read_as = {key: known.get(key, key) for key in entry if key != "channel"}
    account: Account = {name: _read(path, n, entry, key, name, form) for key, name in read_as.items()}
    return form, account


def _read(path: Path, n: int, entry: Any, key: str, name: str, form: AccountForm) -> Any:
    value = _filled(path, n, entry, key)
    if name in form.names(Kind.SECRETS):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    try:
        return values.phone(value) if name in form.names(Kind.PHONE) else value
    except ValueError as error:
        raise _fault(path, n, entry, key, str(error)) from None


def _meant(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f"{f'did you mean {near}? ' if near else ''}expected one of {', '.join(known)}"


def _fault(path: Path, n: int, entry: Any, key: str, said: str) -> ConfigurationError:
    return ConfigurationError(f"{place(path, entry, key)}: entry {n}: {key}: {said}")


def _filled(path: Path, n: int, entry: Any, key: str) -> str:
    """Fills in what the environment (or its file) sets, written `${NAME}`."""
    given = sources.given()

    def lookup(match: re.Match[str]) -> str:
        if match[1].lower() not in given:
            raise _fault(path, n, entry, key, f"the environment has no {match[1]}")
        return given[match[1].lower()]

    return re.sub(r"\$\{(\w+)\}", lookup, str(entry[key]))


def _checked(form: AccountForm, account: Account, where: str) -> Account:
    missing = form.missing(account)
    if missing:
        in_file = {name: key for key, name in form.in_file().items()}
        names = [form.variable(name) if where == form.variable("") else f"{where}{in_file[name]}" for name in missing]
        raise ConfigurationError(
            f"{form.name} is only half set up; missing: {', '.join(names)}. Add them, or remove its other settings."
        )
    return account
