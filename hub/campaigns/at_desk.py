"""Shows a campaign at the desk, with the buttons that its state allows, and does what they say."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.desk.events import ON_CAMPAIGN, DeskUser, Pressed
from core.desk.glances import ButtonGlance, ButtonStyle
from core.desk.posts import PostCampaign
from hub.campaigns import previewing, steering
from hub.campaigns.making import CampaignRefused, known
from hub.campaigns.status import status
from hub.delivery.postings import post_to_desk
from hub.desk.extras import ExtraButton, ExtraCommand, Extras, Said
from hub.hub import Hub
from storage.campaigns import campaigns
from storage.campaigns.campaigns import APPROVED, DRAFT, PAUSED, RUNNING, SCHEDULED, Campaign

FEW = 2_000  # recipients that are planned while somebody waits
USAGE = "Say which: `/desk campaign ID`. `doorstep campaign list` shows them all."
_RECIPIENTS = {"queued": "to come", "told": "taken up"}  # who is taken up has a message, which is counted by itself
_BUTTONS: Mapping[str, tuple[str, tuple[str, ...], ButtonStyle]] = {
    "approve": ("Approve", (DRAFT,), "primary"),
    "run": ("Run", (APPROVED, SCHEDULED), "primary"),
    "pause": ("Pause", (RUNNING,), ""),
    "resume": ("Resume", (PAUSED,), "primary"),
    "cancel": ("Cancel", (RUNNING, PAUSED, SCHEDULED), ""),
}
_DEEDS: Mapping[str, Callable[..., Campaign]] = {
    "approve": steering.approve,
    "run": steering.begin,
    "pause": steering.pause,
    "resume": steering.resume,
    "cancel": steering.cancel,
}


def show(hub: Hub, words: str) -> Said:
    """Answers `/desk campaign ID`: counts, cost and words as of its last preview, made now where it is small."""
    id_ = words.strip()
    if not id_:
        return Said(USAGE)
    try:
        with hub.store.read() as conn:
            campaign = known(conn, id_)
            told = status(conn, campaign)
        if told["preview"] is None and told["recipients"]["all"] <= FEW:
            told["preview"] = previewing.preview(hub, id_)
    except CampaignRefused as refused:
        return Said(f"{refused}.")
    return Said("\n".join([*_lines(told), *_preview(told)]), _buttons(campaign))


def press(hub: Hub, conn: Connection, event: Pressed, user: DeskUser, now: datetime) -> Said:
    """Does what a button says; whoever made a campaign does not approve it."""
    what = event.action.removeprefix(ON_CAMPAIGN)
    deed = _DEEDS[what]
    also = {"also": (user.name,)} if what == "approve" else {}
    try:
        with conn.begin_nested():
            campaign = deed(hub, conn, event.value, user.id, now, **also)
    except CampaignRefused as refused:
        return Said(f"{refused}.")
    if campaign.started_at:
        draw(hub, conn, campaign.id, now)
    return Said(f"Campaign {campaign.id} is {campaign.state} now.", _buttons(campaign))


def draw(hub: Hub, conn: Connection, id_: str, now: datetime) -> None:
    """Posts how far a campaign is into the team's channel, or changes the message that says so."""
    campaign = campaigns.by_id(conn, id_)
    if campaign and hub.has_desk:
        text = "\n".join(_lines(status(conn, campaign)))
        post_to_desk(hub, conn, PostCampaign(id_, text, _buttons(campaign)), "", now)


EXTRAS = Extras(
    {"campaign": ExtraCommand(show, "campaign:read")},
    {
        f"{ON_CAMPAIGN}{what}": ExtraButton(press, "campaign:approve" if what == "approve" else "campaign:run")
        for what in _DEEDS
    },
)


def _buttons(campaign: Campaign) -> tuple[ButtonGlance, ...]:
    return tuple(
        ButtonGlance(f"{ON_CAMPAIGN}{what}", label, campaign.id, style)
        for what, (label, states, style) in _BUTTONS.items()
        if campaign.state in states
    )


def _lines(told: Mapping[str, Any]) -> list[str]:
    reason = f" ({told['reason']})" if told["reason"] else ""
    by = f"made by {told['created_by']}" + (f", approved by {told['approved_by']}" if told["approved_by"] else "")
    lines = [f"Campaign {told['id']}: {told['state']}{reason}, {by}", f"{told['kind']} to: {told['segment']}"]
    if told["at"]:
        lines.append(f"Begins at {told['at']}, not later than {told['latest_start']}")
    lines.append(f"Recipients: {_listed({_RECIPIENTS.get(name, name): n for name, n in told['recipients'].items()})}")
    if any(told["notices"].values()):
        lines.append(f"Messages: {_listed(told['notices'])}")
    if told["warning"]:
        lines.append(f":warning: {told['warning']}")
    return lines


def _preview(told: Mapping[str, Any]) -> list[str]:
    made = told["preview"]
    if made is None:
        return [f"To see what it would do: doorstep campaign preview {told['id']}"]
    cost = ", ".join(f"{amount} {currency}" for currency, amount in made["cost"].items()) or "nothing"
    lines = [f"As of {made['at'][:16]} UTC: {_listed(made['counts'])}", f"Channels: {_listed(made['channels'])}"]
    lines.append(f"Estimated cost: {cost}" + (f"; no price for {made['unpriced']:,}" if made["unpriced"] else ""))
    for each in made["samples"]:
        lines += ["", f"{each['channel']} in {each['language']}:", each["text"]]
    return lines


def _listed(counts: Mapping[str, int]) -> str:
    shown = (f"{name.replace('_', ' ').replace(':', ', ')} {number:,}" for name, number in counts.items() if number)
    return " · ".join(shown) or "none"
