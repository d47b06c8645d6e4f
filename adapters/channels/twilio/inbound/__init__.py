"""What Twilio brings: verified and parsed into values."""
