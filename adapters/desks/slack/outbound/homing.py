"""Writes the ids of a post as its own workspace knows them; who belongs to another is named, not mentioned. Pure."""

from typing import Any

from msgspec.structs import replace

from core.desk.card import CaseView
from core.desk.posts import (
    DeskPost,
    PostCustomer,
    PostDetails,
    PostEphemeral,
    PostErased,
    PostHome,
    PostNote,
    PostReturn,
)
from core.desk.return_glance import ReturnGlance
from core.desk.workspaces import MAIN, account_of, bare


def localised(post: DeskPost, view: CaseView | None, account: str) -> tuple[DeskPost, CaseView | None]:
    """Returns a post, and the case that it shows, for the workspace of that account."""
    return _post(post, account), _view(view, account) if view else None


def _post(post: DeskPost, account: str) -> DeskPost:
    changed: dict[str, Any] = {"place": bare(post.place)} if hasattr(post, "place") else {}
    match post:
        case PostHome():
            changed["user"] = replace(post.user, id=bare(post.user.id))
        case PostErased():
            changed["file"] = bare(post.file)
        case PostCustomer():
            changed["files"] = tuple(replace(file, shared=bare(file.shared)) for file in post.files)
        case PostReturn() if post.shown:
            changed["shown"] = _return(post.shown, account)
        case PostNote() | PostEphemeral() | PostDetails():
            changed["user"] = _person(post.user, account)
        case _:
            pass
    return replace(post, **changed) if changed else post


def _view(view: CaseView, account: str) -> CaseView:
    returns = tuple(replace(each, glance=_return(each.glance, account)) for each in view.asked_returns)
    return replace(view, claimed_by=_person(view.claimed_by, account), asked_returns=returns)


def _return(glance: ReturnGlance, account: str) -> ReturnGlance:
    stands = tuple((name, value, _person(user, account)) for name, value, user in glance.stands)
    return replace(glance, stands=stands)


def _person(user: str, account: str) -> str:
    """Returns the id that this workspace knows; of somebody elsewhere what is no id here: "eu/U0EU", "main/U0AN"."""
    if not user or account_of(user) == account:
        return bare(user)
    return user if account_of(user) else f"{MAIN}/{user}"
