"""Stand-ins for WhatsApp, Messenger, Telegram, Twilio and Slack that speak their real HTTP APIs, and a page to play with them."""
