"""What Telegram brings: verified and parsed into values."""
