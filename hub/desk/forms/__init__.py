"""Finds the desk's forms, a file each, by being there."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from hub.desk.form import FormKind


def _found() -> Mapping[str, FormKind]:
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    found: list[FormKind] = [import_module(f"{__name__}.{name}").FORM for name in names]
    return MappingProxyType({form.id: form for form in found})


FORMS = _found()
