"""Writes times as Slack shows them to each reader in their own time zone."""

from datetime import datetime


def local_time(at: datetime) -> str:
    """Writes a time as Slack's `<!date^…>` (docs: Formatting text)."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"
