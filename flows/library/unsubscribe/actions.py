"""Ends our messages to the customer on this channel, or keeps how they want to hear from us."""

from pathlib import Path

from core.people.preferences import DAYTIMES
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import PreferNews, StopMessages
from flows.understanding.lexicon.own import own_cues
from flows.understanding.normalise import folded

HERE = "here"  # the channel on which they write
LABELS = {"sms": "SMS", "whatsapp": "WhatsApp", "telegram": "Telegram", "messenger": "Messenger"}
_CUES = own_cues(Path(__file__).parent / "words", "settings", "only", *LABELS, *DAYTIMES)


@action("stop_messages")
def stop_messages(_ctx: ActionContext) -> Result:
    """Does what STOP does; its confirmation is the last message."""
    return Result(None, (StopMessages(),))


@action("read_preference")
def read_preference(ctx: ActionContext, said: str | None) -> Result:
    """Reads what the customer wishes: {asks, channel, daytime}. `asks`: they only ask for the settings. A channel by
    which the store sends nothing is none."""
    text = folded(said or "")
    named = [each for each in LABELS if _CUES[each].search(text)] if _CUES["only"].search(text) else []
    channel = next((each for each in named if ctx.facts.notices(each)), "")
    daytime = next((each for each in DAYTIMES if _CUES[each].search(text)), "")
    asks = bool(_CUES["settings"].search(text)) or bool(named)
    return Result({"asks": asks, "channel": channel, "daytime": daytime})


@action("keep_preference")
def keep_preference(ctx: ActionContext, channel: str = "", daytime: str = "") -> Result:
    """Keeps the wish: one channel only, a part of the day without messages, or (with neither) nothing of that any more.
    Returns what was kept: {channel, label, between}."""
    where = ctx.address.channel if channel == HERE else channel
    hours = DAYTIMES.get(daytime)
    told = {"channel": where, "label": LABELS.get(where, where), "between": [hours.start, hours.end] if hours else []}
    return Result(told, (PreferNews(where, hours),))
