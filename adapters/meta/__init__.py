"""Speaks to Meta for WhatsApp and Messenger: the Graph API and its webhooks."""
