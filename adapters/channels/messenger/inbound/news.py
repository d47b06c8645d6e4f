"""Reads news of the page itself: a policy enforced upon it, a template reviewed."""

from typing import Any

from adapters.channels.messenger.inbound.envelope import CHANNEL, Events, Page, at, identifier, words
from adapters.meta.graph import scrub
from adapters.transport.batch import digest, moment
from core.messages.inbound import AccountNews

# The first is Messenger's own name; pages also get it under WhatsApp's.
TEMPLATE_FIELDS = ("messenger_template_status_update", "message_template_status_update")


def policy(page: Page, item: Any) -> Events:
    """Reads a warning, a block, or its end."""
    enforced = item["policy_enforcement"]
    return [
        AccountNews(
            external_id=f"policy:{digest(item)}",
            channel=CHANNEL,
            account=page.account,
            at=at(page, item),
            kind="policy",
            subject=page.account,
            state=identifier(enforced["action"]),
            detail=scrub(words(enforced.get("reason"))),
            raw=item,
        )
    ]


def template(page: Page, item: Any) -> Events:
    """Reads that the review of a utility template ended, or was taken up again."""
    value = item["value"]
    states = (value.get(key) for key in ("event", "message_template_status", "status"))
    reason = words(value.get("reason"))
    return [
        AccountNews(
            external_id=f"template:{digest([page.time, item])}",  # the same state may come again, at another time
            channel=CHANNEL,
            account=page.account,
            at=moment(page.time, page.now),
            kind="template_status",
            subject=identifier(value.get("message_template_name")),
            language=words(value.get("message_template_language")),
            state=identifier(next(filter(None, states), None)),
            detail="" if reason == "NONE" else scrub(reason),
            raw=item,
        )
    ]
