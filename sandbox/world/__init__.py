"""People, phones, channels and what was said: the state of one sandbox."""
