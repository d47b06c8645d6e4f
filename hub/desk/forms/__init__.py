"""Finds the desk's forms by being there: a file each, or one for several that ask the same."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from hub.desk.form import FormKind


def _found() -> Mapping[str, FormKind]:
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    modules = [import_module(f"{__name__}.{name}") for name in names]
    found: list[FormKind] = [form for each in modules for form in getattr(each, "FORMS", None) or (each.FORM,)]
    return MappingProxyType({form.id: form for form in found})


FORMS = _found()
