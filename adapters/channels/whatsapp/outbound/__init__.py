"""What goes out by WhatsApp: rendered, sent, its failures read."""
