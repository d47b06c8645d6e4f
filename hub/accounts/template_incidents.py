"""Tells operators, once, of a template that a provider refuses, and of its end.

It stops no account: notices that need it take their next way, and it is tried again for the next one. It is over when
a message by it is taken, when the provider says that its state changed, or when it is filled in in another form.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from core.messages.outbound import TemplateCall, decode_message
from core.people.addresses import provider_of
from hub.accounts.incidents import notice
from hub.hub import Hub
from storage.accounts import incidents
from storage.accounts.incidents import Open
from storage.queues.outbox import Posting

log = logging.getLogger(__name__)

TEMPLATE, SUSPENDED = "template", "suspended"  # scopes of an error
QUIET = timedelta(days=1)  # what comes and goes is told once in so long
REFUSED = ":warning: {who}: template `{name}` ({language}) is refused ({why}). Notices that need it take the next way. "
CURES = {
    TEMPLATE: "`doorstep doctor` shows where templates.yaml and what is registered differ.",
    SUSPENDED: "Mend it at the provider, or submit it under a new name; `doorstep channels templates` shows its state.",
}
TAKEN = ":white_check_mark: {who}: template `{name}` ({language}) is taken again."
CHANGED = ":white_check_mark: {who}: template `{name}` ({language}) was changed and is tried anew."


def refused(hub: Hub, conn: Connection, posting: Posting, code: str, detail: str, scope: str, now: datetime) -> None:
    """Opens an incident for the template by which the message was to go; tells operators if that is news."""
    call = _called(posting) if scope in CURES else None
    if call is None or posting.channel not in hub.labels:
        return
    trouble = _trouble(posting, call, detail)
    id_ = incidents.open_template(conn, hub.store, trouble, call.form, code, now)
    if not id_:
        return
    log.error("a template is refused", extra={"channel": posting.channel, "template": call.name, "code": code})
    if not incidents.was_told(conn, trouble, id_, code, now - QUIET):
        why = ": ".join(filter(None, (code, "" if trouble.late else detail)))
        _tell(hub, conn, REFUSED + CURES[scope], trouble, now, why)


def taken(hub: Hub, conn: Connection, postings: Collection[Posting], known: Collection[Open], now: datetime) -> None:
    """Ends those of the `known` incidents by whose template one of these messages was taken."""
    troubled = {(trouble.channel, trouble.account) for trouble in known}
    calls = [(each, _called(each)) for each in postings if (each.channel, each.account) in troubled]
    works = {_trouble(each, call, "")[:4] for each, call in calls if call}
    _end(hub, conn, [trouble for trouble in known if trouble[:4] in works], TAKEN, now)


def changed(hub: Hub, conn: Connection, channel: str, name: str, language: str, now: datetime) -> None:
    """Ends incidents of a template of which the provider says that it may be used (again)."""
    _end_where(hub, conn, lambda row: (row.channel, row.template, row.language) == (channel, name, language), now)


def review(hub: Hub, conn: Connection, channel: str, account: str, now: datetime) -> None:
    """Ends incidents of templates that the store's settings no longer fill in as they were when refused."""
    provider = provider_of(channel, account)

    def is_over(row: Any) -> bool:
        mine = (row.channel, row.account) == (channel, account)
        return mine and row.form not in hub.notices.templates.forms(provider, row.template, row.language)

    _end_where(hub, conn, is_over, now)


def _end_where(hub: Hub, conn: Connection, is_over: Callable[[Any], bool], now: datetime) -> None:
    over = [row for row in incidents.open_now(conn) if row.template and is_over(row)]
    _end(hub, conn, [Open(*(getattr(row, name) for name in Open._fields)) for row in over], CHANGED, now)


def _end(hub: Hub, conn: Connection, troubles: Sequence[Open], words: str, now: datetime) -> None:
    for row in incidents.close_templates(conn, troubles, now) if troubles else ():
        trouble = Open(row.channel, row.account, row.template, row.language, row.detail)
        log.info("a template is no longer refused", extra={"channel": row.channel, "template": row.template})
        if not incidents.was_told(conn, trouble, row.id, row.code, row.opened_at - QUIET):
            _tell(hub, conn, words, trouble, now)


def _trouble(posting: Posting, call: TemplateCall, detail: str) -> Open:
    """Names an incident of the template, as its columns can hold it."""
    return Open(posting.channel, posting.account, call.name[:255], call.language[:16], detail)


def _called(posting: Posting) -> TemplateCall | None:
    return decode_message(posting.payload).template


def _tell(hub: Hub, conn: Connection, words: str, trouble: Open, now: datetime, why: str = "") -> None:
    who = f"{hub.labels.get(trouble.channel, trouble.channel)} ({trouble.account})"
    notice(hub, conn, words.format(who=who, name=trouble.template, language=trouble.language, why=why), now)
