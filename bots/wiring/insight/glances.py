"""Tells how today and this week are, for whoever asks at the desk."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from core.errors import ConfigurationError
from storage.engine.store import Store

if TYPE_CHECKING:
    from notifications.store.shop import Shop

log = logging.getLogger(__name__)


def told_of(store: Store, shop: Callable[[], "Shop"], public_url: str) -> Callable[[datetime], str]:
    """Returns what tells it at a moment; nothing, where the shop's file has a mistake."""

    def told(now: datetime) -> str:
        from insights.reports.glance import glance  # noqa: PLC0415 - the web process stays small

        try:
            known = shop()
        except ConfigurationError as error:
            log.warning("the shop's file is not taken", extra={"mistake": str(error)})
            return ""
        with store.read() as conn:
            return glance(conn, known, now, public_url)

    return told
