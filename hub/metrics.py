"""The numbers that tell how service is doing."""

from prometheus_client import Counter

webhooks = Counter("doorstep_webhooks", "Webhook items by channel and result", ["channel", "result"])
turns = Counter("doorstep_turns", "Customer messages handled", ["channel"])
sends = Counter("doorstep_sends", "Provider calls by channel and outcome", ["channel", "outcome"])
ambiguous = Counter("doorstep_ambiguous_sends", "Sends of unknown outcome, by what ended them", ["channel", "end"])
notices = Counter("doorstep_notices", "Notices by kind and decision", ["kind", "decision"])
flow_events = Counter("doorstep_flow_events", "What flows count", ["event"])
