"""Finds the kinds of notice: a folder each in `notifications.kinds`, and the store's own over them."""

import pkgutil
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

import msgspec

from core.files.near import one_of
from notifications import kinds
from notifications.catalogue.declared import declared
from notifications.catalogue.kind_file import FILE, Written, read_kind
from notifications.notice import Change, Kind, Kinds, Notice, Subject

SILENT_AFTER = timedelta(hours=48)  # older events are history: an import, a long outage
SHIPPED = Path(kinds.__file__ or "").parent


def load_kinds(*folders: Path) -> Kinds:
    """Reads the kinds of `folders`, later ones over earlier, field by field. Raises ConfigurationError."""
    found: dict[str, list[Path]] = {}
    for path in (path for folder in folders for path in sorted(folder.glob(f"*/{FILE}"))):
        found.setdefault(path.parent.name, []).append(path)
    written = {name: read_kind(*paths) for name, paths in found.items()}
    made = [_kind(name, each) for name, each in written.items()]
    _check_templates(made, written)
    return MappingProxyType({kind.name: kind for kind in sorted(made, key=lambda kind: kind.priority)})


def _check_templates(made: Sequence[Kind], written: Mapping[str, Written]) -> None:
    """Raises ConfigurationError where a kind borrows the template of none, or lacks one of that one's variables."""
    known = {kind.name: kind for kind in made}
    for kind in made:
        if not kind.template_of:
            continue
        if kind.template_of not in known:
            raise written[kind.name].fault(one_of(kind.template_of, known), "template_of")
        missing = sorted(set(known[kind.template_of].variables) - set(kind.variables))
        if missing:
            words = f"a template of {kind.template_of} may name {missing[0]}, which is no variable here"
            raise written[kind.name].fault(words, "template_of")


@lru_cache(1)
def shipped() -> Kinds:
    """Returns our own kinds."""
    return load_kinds(SHIPPED)


def find_kind(known: Kinds, name: str) -> Kind | None:
    """Finds the kind of this name, written with `_` or `-`."""
    return known.get(name.replace("-", "_"))


def notices_due(change: Change, known: Kinds) -> list[Notice]:
    """Returns the notices that a change makes due, without those registered before (sent or not).

    An event more than 48 hours old makes nothing due.
    """
    if change.at < change.when.now - SILENT_AFTER:
        return []
    asked = [kind for kind in known.values() if kind.subject in _HEARD[change.subject]]
    due: dict[tuple[str, ...], Notice] = {}
    for kind in asked:  # those of the greatest priority first
        for notice in kind.due(change):
            if notice.key not in change.told:
                due.setdefault((kind.family, notice.shipment_id, notice.subject_id), notice)
    return list(due.values())


_HEARD: Mapping[Subject, frozenset[Subject]] = {
    **{subject: frozenset({subject}) for subject in Subject},
    Subject.ORDER: frozenset({Subject.ORDER, Subject.PARCEL}),
}


def _kind(name: str, written: Written) -> Kind:
    """Makes a kind; one of ours with code of its own has that for what no expression can say."""
    coded = _CODED.get(name)
    if coded is None:
        return declared(name, written)
    for field in coded.DECIDES:
        if field in written.said:
            raise written.fault(f"the kind {name} decides this by code; leave it out", field)
    kind: Kind = coded.complete(declared(name, written))
    return msgspec.structs.replace(kind, by_rule="if" not in coded.DECIDES)


_CODED = {name: import_module(f"{kinds.__name__}.{name}") for _, name, _ in pkgutil.iter_modules(kinds.__path__)}
