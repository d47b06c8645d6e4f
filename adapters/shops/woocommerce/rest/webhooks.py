"""Makes and mends the shop's webhooks that lead to us.

https://developer.woocommerce.com/docs/apis/rest-api/v3/webhooks/. WooCommerce tries each delivery once, and disables a
webhook after more than five failures in a row; one that is paused a person has paused.
"""

from adapters.shops.values import Json, text
from adapters.shops.woocommerce.inbound.values import id_of
from adapters.shops.woocommerce.rest.client import Rest
from adapters.shops.woocommerce.settings import PATH
from core.errors import Outcome, SendError
from core.ports.channel import Finding

EVENTS = ("created", "updated", "deleted", "restored")
TOPICS = tuple(f"{what}.{event}" for what in ("order", "product", "customer") for event in EVENTS)
ACTIVE, PAUSED = "active", "paused"
WHERE = "WooCommerce > Settings > Advanced > Webhooks"


async def status(rest: Rest, base_url: str) -> Finding:
    """Looks which topics come to us. Raises SendError."""
    known = await _known(rest, base_url)
    paused = [topic for topic, each in known.items() if each and text(each.get("status")) == PAUSED]
    lost = [topic for topic, each in known.items() if topic not in paused and not _is_well(each, base_url)]
    cures = [f"`doorstep shops setup` makes {', '.join(lost)}"] if lost else []
    cures += [f"{', '.join(paused)}: a person paused it; set it to Active under {WHERE}"] if paused else []
    count = len(TOPICS) - len(lost) - len(paused)
    return Finding("webhooks", not cures, f"{count} of {len(TOPICS)} topics come here", "; ".join(cures))


async def setup(rest: Rest, base_url: str, secret: str) -> list[Finding]:
    """Makes what is missing and mends what is disabled or leads elsewhere; lists what changed.

    What the shop refuses for one topic does not stop the others. Raises SendError where it cannot be asked.
    """
    changed = []
    for topic, known in (await _known(rest, base_url)).items():
        if not _is_well(known, base_url) and not (known and text(known.get("status")) == PAUSED):
            changed.append(await _mend(rest, topic, known, base_url + PATH, secret))
    return changed


async def _known(rest: Rest, base_url: str) -> dict[str, Json | None]:
    """Finds our webhook of each topic: the one that leads here, else the one that we once made."""
    found: dict[str, Json | None] = dict.fromkeys(TOPICS)
    async for each in rest.listed("webhooks", per_page=100):
        topic = text(each.get("topic"))
        if topic not in found or not (_leads_here(each, base_url) or text(each.get("name")) == _name(topic)):
            continue
        kept = found[topic]
        if kept is None or (_leads_here(each, base_url) and not _is_well(kept, base_url)):
            found[topic] = each
    return found


def _leads_here(webhook: Json, base_url: str) -> bool:
    return text(webhook.get("delivery_url")) == base_url + PATH


def _is_well(webhook: Json | None, base_url: str) -> bool:
    return webhook is not None and _leads_here(webhook, base_url) and text(webhook.get("status")) == ACTIVE


async def _mend(rest: Rest, topic: str, known: Json | None, url: str, secret: str) -> Finding:
    wanted = {"name": _name(topic), "topic": topic, "delivery_url": url, "secret": secret, "status": ACTIVE}
    try:
        if known is None:
            await rest.post("webhooks", wanted)
            return Finding(topic, True, "made")
        await rest.put(f"webhooks/{id_of(known.get('id'))}", wanted)
    except SendError as error:
        if error.outcome not in (Outcome.CONTENT_REJECTED, Outcome.MISCONFIGURED):
            raise
        return Finding(topic, False, error.code, error.detail or "see what WooCommerce says")
    was = text(known.get("status"))
    led = f"led to {text(known.get('delivery_url'))}, leads here now"
    return Finding(topic, True, f"was {was}, is active again" if was != ACTIVE else led)


def _name(topic: str) -> str:
    return f"Doorstep {topic}"
