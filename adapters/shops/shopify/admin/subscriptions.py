"""Makes and mends the subscriptions of our app to the shop's webhooks.

https://shopify.dev/docs/api/admin-graphql/latest/mutations/webhookSubscriptionCreate. Those that the law asks for
(customers/redact and others) are part of the app's own configuration; no program can make them.
"""

from adapters.shops.shopify.admin.access import ACTION_SCOPES, HOW, Installation, installation
from adapters.shops.shopify.admin.client import Admin, refusals
from adapters.shops.shopify.settings import PATH
from adapters.shops.values import Json, object_, objects, text
from core.errors import SendError
from core.ports.channel import Finding

TOPICS = (
    "orders/create",
    "orders/updated",
    "orders/paid",
    "orders/cancelled",
    "fulfillments/create",
    "fulfillments/update",
    "fulfillment_events/create",
    "refunds/create",
    "returns/request",
    "returns/approve",
    "returns/decline",
    "returns/update",
    "returns/close",
    "returns/reopen",
    "returns/cancel",
    "reverse_deliveries/attach_deliverable",
    "customers/create",
    "customers/update",
    "customers/merge",
    "customers_marketing_consent/update",
    "customers_whats_app_marketing_consent/update",
    "products/create",
    "products/update",
    "products/delete",
    "variants/in_stock",
    "variants/out_of_stock",
    "app/uninstalled",
)
OF_SCOPES = {  # topics that are of use, and that not every shop has
    "disputes/create": "read_shopify_payments_disputes",
    "disputes/update": "read_shopify_payments_disputes",
}
SCOPES = ("read_orders", "read_fulfillments", "read_returns", "read_customers", "read_customer_merge", "read_products")
LAW = "enter {url} for customers/data_request, customers/redact and shop/redact in the app's own configuration"

_LIST = """query Subscriptions($after: String) {
  webhookSubscriptions(first: 100, after: $after) {
    nodes { id topic uri format } pageInfo { hasNextPage endCursor } } }"""
_CREATE = """mutation Subscribe($topic: WebhookSubscriptionTopic!, $webhook: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhook) {
    webhookSubscription { id } userErrors { field message } } }"""
_UPDATE = """mutation Resubscribe($id: ID!, $webhook: WebhookSubscriptionInput!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: $webhook) {
    webhookSubscription { id } userErrors { field message } } }"""


async def status(admin: Admin, shop: str, base_url: str) -> list[Finding]:
    """Looks whether the shop knows us, what we may read there, and which topics come to us. Raises SendError."""
    found = await installation(admin)
    is_named = found.domain.lower() == shop
    cure = "" if is_named else f"set SHOPIFY_SHOP to {found.domain}: webhooks name it so, and are refused with 401"
    findings = [Finding("connection", is_named, f"{found.shop} ({found.domain})", cure)]
    missing = [scope for scope in SCOPES if not found.holds(scope)]
    cure = f"add {', '.join(missing)} to the app's scopes, {HOW}" if missing else ""
    findings.append(Finding("scopes", not missing, ", ".join(sorted(found.scopes)), cure))
    lacking = {action: scope for action, scope in ACTION_SCOPES.items() if not found.holds(scope)}
    able = ", ".join(action for action in ACTION_SCOPES if action not in lacking) or "nothing"
    needed = ", ".join(dict.fromkeys(lacking.values()))
    todo = (
        f"for {', '.join(lacking)} add {needed} to the app's scopes, {HOW}; until then people do it" if lacking else ""
    )
    findings.append(Finding("actions", True, f"the bot may do {able}", todo=todo))
    topics = _wanted(found)
    lost = [topic for topic, known in (await _known(admin, topics)).items() if not _is_ours(known, base_url)]
    words = f"{len(topics) - len(lost)} of {len(topics)} topics come here"
    cure = f"`doorstep shops setup` makes {', '.join(lost)}" if lost else ""
    findings.append(Finding("webhooks", not lost, words, cure))
    return [*findings, Finding("privacy", True, "by the law", todo=LAW.format(url=base_url + PATH))]


async def setup(admin: Admin, base_url: str) -> list[Finding]:
    """Makes what is missing and mends what leads elsewhere; lists what changed, nothing where all was well.

    What the shop refuses for one topic does not stop the others. Raises SendError where it cannot be asked.
    """
    changed = []
    for topic, known in (await _known(admin, _wanted(await installation(admin)))).items():
        if not _is_ours(known, base_url):
            changed.append(await _subscribe(admin, topic, known, base_url))
    return changed


def _wanted(found: Installation) -> tuple[str, ...]:
    """Lists the topics to be told of: those for which a scope was granted that not every shop grants are among them."""
    return (*TOPICS, *(topic for topic, scope in OF_SCOPES.items() if found.holds(scope)))


async def _known(admin: Admin, topics: tuple[str, ...]) -> dict[str, list[Json]]:
    """Reads the app's subscriptions to these topics, by topic."""
    found: dict[str, list[Json]] = {topic: [] for topic in topics}
    names = {_enum(topic): topic for topic in topics}
    after: str | None = ""
    while after is not None:
        said = object_((await admin.ask(_LIST, after=after or None)).get("webhookSubscriptions"))
        for each in objects(said.get("nodes")):
            if topic := names.get(text(each.get("topic"))):
                found[topic].append(each)
        page = object_(said.get("pageInfo"))
        after = (text(page.get("endCursor")) or None) if page.get("hasNextPage") else None
    return found


def _is_ours(known: list[Json], base_url: str) -> bool:
    """Tells whether one of them comes to us as JSON."""
    return any(text(each.get("uri")) == base_url + PATH and text(each.get("format")) == "JSON" for each in known)


async def _subscribe(admin: Admin, topic: str, known: list[Json], base_url: str) -> Finding:
    webhook = {"uri": base_url + PATH, "format": "JSON"}
    try:
        if known:
            said = await admin.ask(_UPDATE, id=known[0].get("id"), webhook=webhook)
        else:
            said = await admin.ask(_CREATE, topic=_enum(topic), webhook=webhook)
    except SendError as error:
        if error.code != "access_denied":
            raise
        return Finding(topic, False, error.detail, f"add the scope to the app, {HOW}")
    refused = [each for payload in said.values() for each in refusals(object_(payload))]
    words = "; ".join(refused) or (f"led to {text(known[0].get('uri'))}, leads here now" if known else "subscribed")
    return Finding(topic, not refused, words, "see what Shopify says" if refused else "")


def _enum(topic: str) -> str:
    return topic.replace("/", "_").upper()
