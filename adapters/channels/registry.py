"""Finds the channels: each folder beside this file. Of one that is off only its `spec.py` is loaded."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import msgspec

from adapters import channels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.channels.spec import Line, Site, Spec
    from core.accounts import Account
    from core.ports.channel import Kit


@cache
def specs() -> tuple[Spec, ...]:
    """Lists the specs, in the order in which people read them."""
    folders = [found.name for found in iter_modules(channels.__path__) if found.ispkg]
    found: list[Spec] = [import_module(f"{channels.__name__}.{folder}.spec").SPEC for folder in folders]
    return tuple(sorted(found, key=lambda spec: (min(line.place for line in spec.lines), spec.name)))


def lines() -> Mapping[str, Line]:
    """Returns the lines by name: a channel is one, whoever its provider is."""
    found = [line for spec in specs() for line in spec.lines]
    return {line.name: line for line in sorted(found, key=lambda line: (line.place, line.name))}


def labels() -> dict[str, str]:
    """Returns channel -> its name for people, in the order in which people read them."""
    return {line.name: line.label for line in lines().values()}


def with_link_previews() -> tuple[str, ...]:
    """Lists the channels on which the store may choose link previews."""
    return tuple(name for name, line in lines().items() if line.link_previews)


def with_templates() -> tuple[str, ...]:
    """Lists the providers that approve templates."""
    return tuple(spec.name for spec in specs() if spec.templates)


def build(spec: Spec, accounts: Sequence[Account], site: Site) -> Kit:
    """Builds the accounts that send and the endpoints that receive; only now the channel is loaded.

    Raises ConfigurationError.
    """
    kit = import_module(f"{channels.__name__}.{spec.name}.kit")
    built: Kit = kit.build([msgspec.convert(account, spec.account) for account in accounts], site)
    return built


def folder(spec: Spec) -> Path:
    """Returns the channel's folder."""
    return Path(str(import_module(f"{channels.__name__}.{spec.name}").__file__)).parent
