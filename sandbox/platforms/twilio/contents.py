"""Keeps content templates: what they say, their buttons, WhatsApp's approval."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from sandbox.platforms.twilio.errors import TwilioError
from sandbox.platforms.wordings.registered import CONTENTS, WORDINGS
from sandbox.world import ids
from sandbox.world.people import Choice

Json = dict[str, Any]
NAME = re.compile(r"[a-z0-9_]{1,512}")
CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")
HOLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class Content(msgspec.Struct):
    """A Content API template. `items` make it a list (`menu` is its button), `buttons` quick replies, `url` a link."""

    sid: str
    body: str = ""
    buttons: list[str] = []
    items: list[str] = []
    menu: str = "Choose"
    url: str = ""
    name: str = ""
    language: str = "en"
    category: str = "UTILITY"
    status: str = "approved"
    reason: str = ""
    variables: dict[str, str] = {}

    def choices(self) -> list[Choice]:
        """Lists what can be tapped."""
        rows = [Choice(title, title, "list") for title in self.items]
        links = [Choice(self.url, "Open", "url", url=self.url)] if self.url else []
        return [Choice(title, title, "template") for title in self.buttons] + rows + links

    def holes(self) -> set[str]:
        """Lists the names of the variables in the body."""
        return set(HOLE.findall(self.body))

    def filled(self, values: Json) -> str:
        """Fills in the text that the customer reads."""
        given = {**self.variables, **values}
        return HOLE.sub(lambda hole: str(given.get(hole[1], hole[0])), self.body)

    def resource(self, account_sid: str, now: float) -> Json:
        """Describes the content with its approval, as ContentAndApprovals lists it."""
        date = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        kind, shape = self._type()
        return {
            "sid": self.sid,
            "account_sid": account_sid,
            "friendly_name": self.name or self.sid.lower(),
            "language": self.language,
            "variables": self.variables or {hole: f"sample {hole}" for hole in sorted(self.holes())},
            "types": {kind: shape},
            "date_created": date,
            "date_updated": date,
            "url": f"https://content.twilio.com/v1/Content/{self.sid}",
            "links": {"approval_fetch": f"https://content.twilio.com/v1/Content/{self.sid}/ApprovalRequests"},
            "approval_requests": {
                "name": self.name or self.sid.lower(),
                "category": self.category,
                "content_type": kind,
                "status": self.status,
                "rejection_reason": self.reason,
                "allow_category_change": True,
            },
        }

    def _type(self) -> tuple[str, Json]:
        if self.items:
            rows = [{"item": title, "id": title, "description": ""} for title in self.items]
            return "twilio/list-picker", {"body": self.body, "button": self.menu, "items": rows}
        if self.buttons:
            actions = [{"title": title, "id": title} for title in self.buttons]
            return "twilio/quick-reply", {"body": self.body, "actions": actions}
        if self.url:
            actions = [{"type": "URL", "title": "Open", "url": self.url}]
            return "twilio/call-to-action", {"body": self.body, "actions": actions}
        return "twilio/text", {"body": self.body}


def seeded() -> dict[str, Content]:
    """Makes the contents that the demo shop has had approved."""
    made = [
        Content(sid, WORDINGS[name].texts[language], name=name, language=language, category=WORDINGS[name].category)
        for name, sids in CONTENTS.items()
        for language, sid in sids.items()
    ]
    return {content.sid: content for content in made}


def made(body: Json) -> Content:
    """Makes the content that POST /v1/Content describes; nobody approved it yet. Raises TwilioError."""
    kinds = body.get("types")
    shape = next(iter(kinds.values()), None) if isinstance(kinds, dict) else None
    if not isinstance(shape, dict) or not shape.get("body") or not body.get("language"):
        raise TwilioError(20001, "Content needs a language and types with a body", 400)
    content = Content(ids.sid("HX"), str(shape["body"]), name=str(body.get("friendly_name") or ""))
    content.buttons = [str(each.get("title")) for each in shape.get("actions") or []]
    content.language, content.status, content.category = str(body["language"]), "unsubmitted", ""
    content.variables = {str(name): str(value) for name, value in (body.get("variables") or {}).items()}
    return content


def submitted(content: Content, body: Json) -> Json:
    """Takes a request for WhatsApp's approval. Raises TwilioError."""
    name, category = str(body.get("name") or ""), str(body.get("category") or "")
    if not NAME.fullmatch(name) or category not in CATEGORIES:
        raise TwilioError(20001, "name has small letters, digits and _, category UTILITY, MARKETING, …", 400)
    if content.holes() - content.variables.keys():
        raise TwilioError(20001, "every variable needs a sample", 400)
    content.name, content.category, content.status = content.name or name, category, "received"
    return {"name": name, "category": category, "status": "received", "rejection_reason": ""}


def variables_of(form: Json) -> Json:
    """Reads ContentVariables; raises TwilioError 21656."""
    try:
        values = json.loads(form.get("ContentVariables") or "{}")
    except json.JSONDecodeError as error:
        raise TwilioError(21656) from error
    if not isinstance(values, dict):
        raise TwilioError(21656)
    return values


def flaw(content: Content | None, values: Json, window_open: bool) -> int | None:
    """Returns the code with which WhatsApp refuses this content later; None when it goes out."""
    if content is None:
        return None
    if content.holes() - values.keys() - content.variables.keys():
        return 63028
    if content.status in {"paused", "disabled"}:
        return 63041
    return None if content.status == "approved" or window_open else 63016
