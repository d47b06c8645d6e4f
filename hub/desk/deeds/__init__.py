"""Carries out commands of `/desk` that change something, by a worker: a file for each word, found by being there."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from hub.desk.command_deed import CommandDeed


def _found() -> Mapping[str, CommandDeed]:
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    return MappingProxyType({name: import_module(f"{__name__}.{name}").DEED for name in names})


DEEDS = _found()
