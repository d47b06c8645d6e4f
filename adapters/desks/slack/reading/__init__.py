"""Reads what people write in Slack: words, how they look, and what of it customers can see."""
