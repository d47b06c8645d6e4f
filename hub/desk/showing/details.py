"""Words for agents what the bot took down for a case: texts by name, files as links."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from core.cases.case_reasons import spaced
from core.desk.glances import DetailGlance
from flows.engine.stepping.summary import DETAIL
from flows.language.responses import DEFAULT_LOCALE
from hub.hub import Hub
from hub.media import attachments
from storage.desk.cases import Case
from storage.media import files


def glances(hub: Hub, conn: Connection, case: Case) -> tuple[DetailGlance, ...]:
    """Returns the case's details, each named by its response `detail_<name>`, else by the name itself."""
    return tuple(_glance(hub, conn, name, value) for name, value in case.details.items() if value not in (None, "", []))


def _glance(hub: Hub, conn: Connection, name: str, value: Any) -> DetailGlance:
    label, ids = label_of(hub, name), _ids(value)
    if not ids:
        return DetailGlance(label, _words(value))
    known = files.by_ids(conn, ids)
    return DetailGlance(label, "", attachments.glances(hub, [known[id_] for id_ in ids if id_ in known], hub.now()))


def file_ids(case: Case) -> frozenset[str]:
    """Returns the ids of the files that the bot took down."""
    return frozenset(id_ for value in case.details.values() for id_ in _ids(value))


def label_of(hub: Hub, name: str) -> str:
    """Names a detail for agents, who read English."""
    key = f"{DETAIL}{name}"
    known = hub.flows.responses.find(key, DEFAULT_LOCALE) is not None
    return hub.say(key, DEFAULT_LOCALE).strip() if known else spaced(name)


def _ids(value: Any) -> list[str]:
    return [str(each["id"]) for each in value if _is_file(each)] if isinstance(value, list) else []


def _is_file(value: Any) -> bool:
    return isinstance(value, Mapping) and "id" in value and "kind" in value


def _words(value: Any) -> str:
    """Words a value: lists and mappings in one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{spaced(str(name)).lower()} {_words(each)}" for name, each in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_words, value))
    return str(value)
