"""Decides on notices to customers: which are due, whether and where each goes out, in what words. Pure.

What the hub calls, in this order:

1. `policy = load_policy(store_dir, channels, providers)` once at start (ConfigurationError names file and line).
2. In the transaction that applies a store event: `notices_due(Change(…), policy.kinds) -> [Notice]`. `told` are
   the business keys of the subject's notices so far. Each Notice becomes a row
   (`core.encoding.encode`, `decode_notice`) unique on `key`.
3. Before each attempt to send one:
   `plan(notice, recipient, about, now, policy) -> Send | Hold | Skip`; `about` is the subject as it stands.
   `Send.ways` are rendered messages in order of preference: queue the first, keep the others (or plan again without
   the dead address) for the case that it fails for good. Planning again also sees a window that closed meanwhile.
   `Hold.until` is the row's not_before.
4. `explain(decision, locale)` is the sentence for the trace; `decode_decision` reads a kept decision.

A Recipient is built from the customer's rows; `zone_candidates(buyer.timezone, phone)` gives its zones.
Holiday cutoffs: `plan_last_moments(readers, policy, now, scheduled=…, told=…) -> [Planned]`; send exactly that.
`policy.kinds` is the catalogue; a new kind is a folder in `kinds/`, or in `notices/` of the store's folder.
"""

from notifications.campaigns.last_moments import Planned, Reader, plan_last_moments
from notifications.catalogue.loading import find_kind, notices_due, shipped
from notifications.facts import About, EventFacts
from notifications.notice import Change, Notice, Subject, decode_notice
from notifications.planning.decisions import Decision, Hold, Reason, Refusal, Send, Skip, Way, decode_decision
from notifications.planning.explaining import explain
from notifications.planning.planner import plan
from notifications.planning.recipients import Candidate, Recipient
from notifications.planning.zones import zone_candidates
from notifications.store.policy import Policy, load_policy
from notifications.wording.rendering import Letter, render

__all__ = [
    "About",
    "Candidate",
    "Change",
    "Decision",
    "EventFacts",
    "Hold",
    "Letter",
    "Notice",
    "Planned",
    "Policy",
    "Reader",
    "Reason",
    "Recipient",
    "Refusal",
    "Send",
    "Skip",
    "Subject",
    "Way",
    "decode_decision",
    "decode_notice",
    "explain",
    "find_kind",
    "load_policy",
    "notices_due",
    "plan",
    "plan_last_moments",
    "render",
    "shipped",
    "zone_candidates",
]
