"""What goes out by Telegram: rendered, sent, its failures read."""
