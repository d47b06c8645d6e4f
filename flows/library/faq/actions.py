"""Finds, lists and reads the answers that the store wrote."""

from typing import Any

from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.language.formats import as_day, local
from flows.language.responses import fallbacks
from flows.library.common.orders import known_orders
from flows.loading.faq import told
from flows.understanding.faq import LIKELY, SHOWN, Entry, is_sure

OTHER = "other"
_BY_INTENT = {"promo_code": ("promo_how",)}  # where an answer is not called as the intent is


@action("find_answers")
def find_answers(ctx: ActionContext, channel: str, asked: str | None = None, intent: str | None = None) -> Result:
    """Finds what a question asks for: {outcome: sure | several | none, ids}.

    What is asked only as a request of its kind ("payment?") is answered by the entry that is called like the intent.
    """
    today = as_day(local(ctx.now, ctx.customer.timezone))
    asker = _asker(ctx, channel)
    found = ctx.facts.faq.like(asked, today, asker) if asked else []
    if is_sure(found):
        return _answers("sure", [found[0].entry.id])
    own = [id_ for id_ in (intent or "", *_BY_INTENT.get(intent or "", ())) if id_ in ctx.facts.faq.entries]
    likely = [each.entry.id for each in found if each.likeness >= LIKELY]
    if own and (not likely or likely[0] in own) and ctx.facts.faq.entries[own[0]].holds(today, asker):
        return _answers("sure", own[:1])
    ids = list(dict.fromkeys([*likely[:SHOWN], *own]))[:SHOWN]
    return _answers("several" if ids else "none", ids)


@action("list_answers")
def list_answers(ctx: ActionContext, ids: list[str], locale: str) -> Result:
    """Lists answers by their first question, and the way to none of them."""
    entries = [ctx.facts.faq.entries[id_] for id_ in ids if id_ in ctx.facts.faq.entries]
    listed = [{"value": each.id, "title": _title(each, locale)} for each in entries]
    return Result([*listed, {"value": OTHER, "title": ""}])


@action("read_answer")
def read_answer(ctx: ActionContext, entry: str, locale: str) -> Result:
    """Reads an answer in the customer's language, else in one that it has: {text, link}. Raises LookupError."""
    found = ctx.facts.faq.entries[entry]
    tag = _nearest(found.answers, locale)
    return Result({"text": told(found.answers[tag], ctx.facts.faq.scope, tag), "link": found.link})


def _answers(outcome: str, ids: list[str]) -> Result:
    return Result({"outcome": outcome, "ids": ids})


def _asker(ctx: ActionContext, channel: str) -> dict[str, Any]:
    """Says what is known of whoever asks: {country, channel, tier}."""
    buyer = ctx.store.buyer()
    orders = known_orders(ctx)
    country = orders[0].shipping.country if orders else ""
    return {"country": country, "channel": channel, "tier": buyer.tier if buyer else ""}


def _title(entry: Entry, locale: str) -> str:
    return entry.questions[_nearest(entry.questions, locale)][0]


def _nearest(texts: Any, locale: str) -> str:
    return next((tag for tag in (*fallbacks(locale), *texts) if tag in texts), "")
