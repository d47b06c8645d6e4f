"""Finds all kinds of timers in `hub.timers.kinds`."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from hub.timers import kinds
from hub.timers.kind import Kind


def find() -> Mapping[str, Kind]:
    """Returns name -> kind."""
    names = sorted(module.name for module in pkgutil.iter_modules(kinds.__path__))
    return MappingProxyType({name: import_module(f"{kinds.__name__}.{name}").KIND for name in names})
