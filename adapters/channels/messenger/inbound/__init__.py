"""What Messenger brings: verified and parsed into values."""
