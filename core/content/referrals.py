"""Writes in one line what brought a customer here."""

from core.messages.pieces import Referral

_WAYS = {
    "ad": "Came by an ad",
    "post": "Came by a post",
    "link": "Came by a link",
    "product": "Asks about a product",
    "get_started": "Opened the chat",
}


def came_by(referral: Referral | None) -> str:
    """Writes "↗ Came by an ad: Boots sale · Half price until Sunday · image https://… · https://fb.me/boots"; "" for
    nobody's doing. What only programs need (click id) is left to the row."""
    if referral is None:
        return ""
    known = dict.fromkeys((referral.headline, referral.ref, referral.id or referral.product_id))
    first, *more = [*filter(None, known)] or [""]
    way = _WAYS.get(referral.source, f"Came by {referral.source}")
    media = " ".join(filter(None, (referral.media, referral.media_url or referral.thumbnail_url)))
    greeting = f"greeted with “{referral.greeting.strip()}”" if referral.greeting.strip() else ""
    told = (f"{way}: {first}" if first else way, referral.body, greeting, media, referral.url, *more)
    return "↗ " + " · ".join(" ".join(each.split()) for each in told if each.strip())
