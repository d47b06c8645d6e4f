"""Words codes of conversations, and why a message did not reach a customer."""

from core.errors import OWN_CODES
from insights.dashboard.asked import Asked
from insights.dashboard.texts import texts
from insights.metrics import labels
from notifications.planning.explaining import reason_words

OWN = OWN_CODES | {"ambiguous", "crash", "expired", "joined", "redacted"}


def worded(kind: str, code: str, asked: Asked) -> str:
    """Words a code by the text `talk.<kind>_<code>`; of a code that has none the code as words."""
    key = f"talk.{kind}_{code}"
    return asked.t(key) if key in texts() else labels.code(code, asked.language)


def failure(channel: str, code: str, detail: str, asked: Asked) -> str:
    """Says what a code means: by our own words, by the outcome that it has on the channel, in the provider's words."""
    outcome = asked.house.meaning(channel, code)
    if code in OWN:
        words = worded("code", code, asked)
    elif outcome:
        words = worded("failed", outcome, asked)
    else:
        words = reason_words(code, asked.language) or (labels.code(code, asked.language) if code.isidentifier() else "")
    said = f"“{detail}”" if detail else ""
    return " · ".join(filter(None, (words, said, asked.t("talk.code", code=code))))
