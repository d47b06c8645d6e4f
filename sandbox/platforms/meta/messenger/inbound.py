"""Posts what a customer's phone sends on Messenger."""

from typing import Any

from sandbox.platforms.meta import signing
from sandbox.platforms.meta.messenger.kinds import BUILDERS, HANDOVERS, NO_SENDER, SILENT
from sandbox.platforms.meta.messenger.page import PAGE_INBOX_APP, Messenger
from sandbox.wire.webhooks import Answer
from sandbox.world import ids
from sandbox.world.acts import Act, own_bubble
from sandbox.world.people import Bubble, Phone

Json = dict[str, Any]
KINDS = frozenset(BUILDERS) - {"choice"}


async def send(messenger: Messenger, phone: Phone, acts: list[Act]) -> Answer:
    """Shows what the customer does and posts it, all acts in one webhook."""
    return await messenger.tell(payload(messenger, phone, acts))


def payload(messenger: Messenger, phone: Phone, acts: list[Act]) -> Json:
    """Shows what the customer does; the webhook body that tells of it."""
    return signing.merged([_body(messenger, phone, act) for act in acts])


async def human_reply(messenger: Messenger, phone: Phone, text: str, app: str = PAGE_INBOX_APP) -> Bubble:
    """Answers in the Page Inbox, as a person of the store, or by another app: the product sees an echo of that app."""
    message_id = ids.mid()
    bubble = Bubble(
        id=message_id,
        phone=phone.id,
        direction="out",
        kind="text",
        text=text,
        time=messenger.world.stamp(),
        status="delivered",
    )
    messenger.world.show(phone, bubble)
    await messenger.echo(phone, message_id, {"text": text}, app)
    return bubble


def _body(messenger: Messenger, phone: Phone, act: Act) -> Json:
    """Makes the body; while another app has the thread: standby (but handovers), postbacks without payload."""
    item = _item(messenger, phone, act)
    held = phone.held or bool(act.data.get("standby"))
    if not held or act.kind in HANDOVERS:
        return messenger.envelope(item)
    if "postback" in item:
        item["postback"] = {name: value for name, value in item["postback"].items() if name != "payload"}
    return messenger.envelope(item, part="standby")


def _item(messenger: Messenger, phone: Phone, act: Act) -> Json:
    bubble = own_bubble(messenger.world, phone, ids.mid(), act)
    frame = messenger.pair(phone, False)
    if act.kind in NO_SENDER:
        frame.pop("sender")
    item = {**frame, **BUILDERS[act.kind](messenger, act, bubble)}
    if "message" in item:
        item["message"] = {"mid": bubble.id, **item["message"]}
        if act.reply_to and act.kind != "choice":
            item["message"]["reply_to"] = {"mid": act.reply_to, "is_self_reply": phone.wrote(act.reply_to)}
    if act.kind not in SILENT and (act.kind != "raw" or "message" in item):
        messenger.world.show(phone, bubble)  # what is shown is in the history that the product may ask for
    return item
