"""Gathers the whole schema, room by room: for migrations and for whoever looks at every table."""

from storage.accounts.tables import incidents, templates
from storage.advice.tables import advice
from storage.campaigns.tables import campaigns, recipients
from storage.conversations.tables import flow_events
from storage.costs.tables import costs
from storage.desk.tables import audit, audit_head, case_clocks, case_ends, cases, desk_agents, desk_messages, ratings
from storage.engine.schema import metadata
from storage.hooks.tables import hook_asks
from storage.insight.tables import improvements, known_files, measures, tallies
from storage.media.tables import media
from storage.notices.tables import notices
from storage.outgoing.tables import outgoing
from storage.people.tables import (
    addresses,
    consents,
    conversations,
    customer_terms,
    customers,
    merges,
    messages,
    one_time_codes,
    proof_attempts,
)
from storage.promises.tables import promises
from storage.queues.tables import inbox, leases, mails, outbox, outbox_parts, parked_receipts, timers, waits
from storage.rules.tables import rule_firings
from storage.search.tables import search_entries, search_terms
from storage.shop.tables import (
    order_lines,
    orders,
    product_terms,
    products,
    refunds,
    return_posts,
    return_refunds,
    returns,
    shipments,
    stock_alerts,
    stock_problems,
    tags,
)

__all__ = [
    "addresses",
    "advice",
    "audit",
    "audit_head",
    "campaigns",
    "case_clocks",
    "case_ends",
    "cases",
    "consents",
    "conversations",
    "costs",
    "customer_terms",
    "customers",
    "desk_agents",
    "desk_messages",
    "flow_events",
    "hook_asks",
    "improvements",
    "inbox",
    "incidents",
    "known_files",
    "leases",
    "mails",
    "measures",
    "media",
    "merges",
    "messages",
    "metadata",
    "notices",
    "one_time_codes",
    "order_lines",
    "orders",
    "outbox",
    "outbox_parts",
    "outgoing",
    "parked_receipts",
    "product_terms",
    "products",
    "promises",
    "proof_attempts",
    "ratings",
    "recipients",
    "refunds",
    "return_posts",
    "return_refunds",
    "returns",
    "rule_firings",
    "search_entries",
    "search_terms",
    "shipments",
    "stock_alerts",
    "stock_problems",
    "tags",
    "tallies",
    "templates",
    "timers",
    "waits",
]
