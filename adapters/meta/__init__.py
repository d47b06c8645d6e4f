"""What WhatsApp and Messenger share: the Graph API and its webhooks."""
