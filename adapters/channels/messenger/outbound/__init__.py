"""What goes out by Messenger: rendered, sent, its failures read."""
