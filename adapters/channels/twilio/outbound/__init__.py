"""What goes out by Twilio: rendered, sent, its failures read."""
