"""Tells which languages agents understand, and in which a customer writes."""

from flows.understanding.lexicon.languages import LANGUAGES, language_of
from hub.hub import Hub
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


def understood(hub: Hub, case: Case) -> tuple[str, ...]:
    """Lists the languages of the case's agent, as `agents.yaml` has them; else there is that of the shop. Words are
    translated into the first."""
    agent = hub.agents.agents.get(case.claimed_by or "") if hub.agents else None
    listed = dict.fromkeys(map(language_of, agent.languages)) if agent else ()
    return tuple(listed) or (language_of(hub.notices.shop.locale),)


def written_in(text: str, who: Conversation) -> str:
    """Tells in which language a customer's words are; what is too short to tell is in the language they wrote last."""
    return LANGUAGES.written(text) or language_of(who.locale)


def told_of(who: Conversation) -> str:
    """Returns the language that the customer is known to write; empty where that is only assumed."""
    return language_of(who.language)
