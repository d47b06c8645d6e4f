"""Reads what a customer does without writing: a reaction, or the bot blocked and unblocked."""

from telegram import ReactionType

from adapters.channels.telegram.inbound.update import Json, Update, address_of, moment, number, profile_of, unsupported
from core.messages.inbound import InboundEvent, Preference, Reacted

# Status of the bot in a private chat -> may it write. Nothing else happens there (Bot API, "ChatMemberUpdated").
_MAY_WRITE = {"kicked": False, "member": True}


def read_reaction(update: Update) -> InboundEvent:
    """Reads `message_reaction`: the new emoji; where some were taken back, one that stays; "" where all were."""
    change = update.body
    before, after = change["old_reaction"], change["new_reaction"]
    shown = [reaction for reaction in after if reaction not in before] or after
    return Reacted(
        external_id=update.external_id,
        sender=address_of(update),
        sent_at=moment(change["date"]),
        target=str(number(change["message_id"])),
        emoji=_emoji(shown[-1]) if shown else "",
        profile=profile_of(update),
        sequence=update.number,
    )


def _emoji(reaction: Json) -> str:
    """Reads an emoji; one of somebody's own making is "custom", as its picture would have to be fetched."""
    known = ReactionType.de_json(reaction, None)
    return getattr(known, "emoji", "") or known.type.removesuffix("_emoji")


def read_membership(update: Update) -> InboundEvent:
    """Reads `my_chat_member`: the customer blocked the bot, or let it in again."""
    change = update.body
    granted = _MAY_WRITE.get(change["new_chat_member"]["status"])
    if granted is None:
        return unsupported(update, "my_chat_member")
    return Preference(
        external_id=update.external_id,
        sender=address_of(update),
        sent_at=moment(change["date"]),
        purpose="all",
        granted=granted,
        source="unblocked" if granted else "blocked",
        profile=profile_of(update),
        sequence=update.number,
    )
