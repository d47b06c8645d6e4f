"""Lists what a message may mean, and what can be changed, as choices."""

from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.understanding.lexicon.languages import LANGUAGES

OTHER, KEEP = "other", "keep"


@action("list_meanings")
def list_meanings(_ctx: ActionContext, candidates: list[str]) -> Result:
    """Lists the likely intents as choices, the most probable first, and that it is something else."""
    return Result([{"value": intent} for intent in (*candidates, OTHER)])


@action("list_languages")
def list_languages(_ctx: ActionContext, languages: list[str]) -> Result:
    """Lists languages, each by its own name."""
    return Result([{"value": code, "title": LANGUAGES.own.get(code, code)} for code in languages])


@action("list_told")
def list_told(_ctx: ActionContext, names: list[str]) -> Result:
    """Lists the slots that the customer told, and that all of it is right."""
    return Result([{"value": name} for name in (*names, KEEP)])
