"""What WhatsApp brings: verified and parsed into values."""
