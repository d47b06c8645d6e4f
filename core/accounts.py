"""Describes what an account of a channel or the desk needs: its settings, which are secret, which belong together."""

from collections.abc import Iterator
from enum import StrEnum, auto
from typing import Any

import msgspec

Account = dict[str, Any]  # the settings of one account by name: a word, or a tuple of words where several may be valid


class Kind(StrEnum):
    """What may be written in a setting."""

    TEXT = auto()
    PHONE = auto()  # E.164: in a file it stands in quotes, as it is no number to count with
    URL = auto()  # without a slash at its end
    SECRET = auto()
    SECRETS = auto()  # comma-separated while one replaces another: the first signs and sends, all are accepted
    NUMBER = auto()  # not negative
    COUNT = auto()  # whole and not negative


class Setting(msgspec.Struct, frozen=True):
    """One setting. `.env.example` and refusals show the `description`, `doctor` shows `absent` where it is not set."""

    name: str  # in lower case; that of an account without its channel: "bot_token" is TELEGRAM_BOT_TOKEN
    description: str
    kind: Kind = Kind.TEXT
    default: str | float = ""
    required: bool = True
    absent: str = ""
    in_file: str = ""  # its name in CHANNELS_FILE, where that is another


class AccountForm(msgspec.Struct, frozen=True):
    """What one account needs. `one_of`: settings of which any one will do; a refusal names the first."""

    name: str  # "telegram": the settings are TELEGRAM_…, in CHANNELS_FILE `channel: telegram`
    settings: tuple[Setting, ...]
    one_of: tuple[str, ...] = ()

    def variable(self, setting: str) -> str:
        """Returns the setting's name in the environment: "TELEGRAM_BOT_TOKEN"."""
        return f"{self.name}_{setting}".upper()

    def in_file(self) -> dict[str, str]:
        """Maps the names that CHANNELS_FILE has for its settings to their own."""
        return {each.in_file or each.name: each.name for each in self.settings}

    def names(self, *kinds: Kind) -> tuple[str, ...]:
        """Lists its settings of these kinds; without any all of them."""
        return tuple(each.name for each in self.settings if not kinds or each.kind in kinds)

    def wanted(self) -> Iterator[str]:
        """Lists what somebody sets to switch it on: all that is required, and the first of the others."""
        optional = [each.name for each in self.settings if not each.required]
        yield from (each.name for each in self.settings if each.required)
        yield from optional[:1]

    def missing(self, account: Account) -> list[str]:
        """Lists what `account` lacks."""
        lacking = [each.name for each in self.settings if each.required and not account.get(each.name)]
        if self.one_of and not any(account.get(name) for name in self.one_of):
            lacking.append(self.one_of[0])
        return lacking
