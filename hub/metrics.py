"""Counts messages and times, for Prometheus."""

from prometheus_client import Counter

webhooks = Counter("doorstep_webhooks", "Webhook items by channel and result", ["channel", "result"])
turns = Counter("doorstep_turns", "Customer messages handled", ["channel"])
sends = Counter("doorstep_sends", "Provider calls by channel and outcome", ["channel", "outcome"])
ambiguous = Counter("doorstep_ambiguous_sends", "Sends of unknown outcome, by what ended them", ["channel", "end"])
files = Counter("doorstep_files", "Files by source and what came of fetching them", ["source", "result"])
notices = Counter("doorstep_notices", "Notices by kind and decision", ["kind", "decision"])
rules = Counter("doorstep_rules", "Rules that were true, by what came of it", ["rule", "result"])
flow_events = Counter("doorstep_flow_events", "What flows count", ["event"])
incidents = Counter("doorstep_incidents", "Accounts that could not send, by code", ["channel", "code"])
clock_wakes = Counter("doorstep_clock_wakes", "What the clock found due, by kind", ["kind"])
jobs = Counter("doorstep_jobs_finished", "Jobs by task and result", ["task", "result"])
unknown_errors = Counter("doorstep_unknown_provider_errors", "Codes that no table knows", ["channel", "code"])
let_go = Counter("doorstep_news_let_go", "News of parcels and orders that no order came for")
advice = Counter("doorstep_advice", "Questions to a language model, and what came of them", ["result"])
hooks = Counter("doorstep_hooks", "Translations and transcripts by what came of asking for them", ["hook", "result"])
outgoing = Counter(
    "doorstep_outgoing_calls", "Events for the store by type and what came of a call", ["type", "result"]
)
