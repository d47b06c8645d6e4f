"""Tells operators, once, that a store's system does not let us in (any more), what to mend, and that it does again."""

import logging
from datetime import datetime

from core.errors import Outcome, SendError
from hub import metrics
from hub.accounts.incidents import notice
from hub.hub import Hub
from storage.accounts import incidents

log = logging.getLogger(__name__)

SHOP = incidents.SHOP
SHUT = (
    ":rotating_light: {who} does not let us in ({why}). Nothing is lost: webhooks are taken, what is missed is fetched "
    "when it works again, and wishes of customers are handed to people. `doorstep shops status` tells what to mend."
)


def refused(hub: Hub, name: str, error: SendError, now: datetime) -> None:
    """Reports a refusal that only operators can mend; whatever may pass is none."""
    if error.outcome is not Outcome.MISCONFIGURED:
        return
    with hub.store.write() as conn:
        if not incidents.open_(conn, hub.store, SHOP, name, error.code, error.detail, now):
            return
        why = ": ".join(filter(None, (error.code, error.detail)))
        notice(hub, conn, SHUT.format(who=name, why=why), now)
    metrics.incidents.labels(SHOP, error.code).inc()
    log.error("a shop does not let us in", extra={"shop": name, "code": error.code})


def works(hub: Hub, name: str, now: datetime) -> None:
    """Ends the incident of a shop that answers."""
    with hub.store.read() as conn:
        if not any((each.channel, each.account) == (SHOP, name) for each in incidents.open_keys(conn)):
            return
    with hub.store.write() as conn:
        if incidents.close(conn, {(SHOP, name)}, now):
            notice(hub, conn, f":white_check_mark: {name} lets us in again.", now)
    log.info("a shop lets us in again", extra={"shop": name})
