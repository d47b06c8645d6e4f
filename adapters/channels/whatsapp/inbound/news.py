"""Reads Meta's news of the account: templates, quality, limits, alerts, policy (Meta, "Webhook fields", 2026)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from adapters.channels.whatsapp.inbound.envelope import Unreadable, optional
from adapters.channels.whatsapp.inbound.identity import CHANNEL, address_value
from adapters.meta.graph import error_of, scrub
from adapters.transport.batch import digest, moment, put_aside
from core.messages.inbound import AccountNews, InboundEvent
from core.people.addresses import Address


class News(NamedTuple):
    """Holds the part of an AccountNews that the field decides."""

    kind: str
    subject: str = ""
    language: str = ""
    state: str = ""
    detail: str = ""


def news_of(ours: Mapping[str, str], entry: Any, change: Any, now: datetime) -> Iterable[InboundEvent]:
    """Reads the news of a change without messages; a field that is none is kept whole.

    `ours` maps our numbers to the business account of each, "" where that is not known. News of a template goes to
    every number of the business, other news to the number it names, else to the first.
    """
    field, value = change["field"], change["value"]
    if not isinstance(value, dict):
        raise Unreadable
    business, read = optional(entry, "id"), FIELDS.get(field)
    news = read(value) if read else None
    if news is None:
        return [put_aside(str(field), Address(CHANNEL, business, ""), change, now)]
    accounts = _accounts(ours, business, value, news)
    if not accounts:
        return [put_aside("foreign_account", Address(CHANNEL, business, ""), change, now)]
    # The time belongs to the id: the same template may be paused again.
    external_id = f"{field}:{digest([entry.get('time'), change])}"
    at = moment(entry.get("time"), now)
    return [AccountNews(external_id, CHANNEL, account, at, *news, raw=change) for account in accounts]


def _accounts(ours: Mapping[str, str], business: str, value: Any, news: News) -> list[str]:
    """Lists which of our numbers this is news for; none when it is about numbers that are not ours."""
    number = optional(value.get("metadata"), "phone_number_id")
    if number:
        return [number] if number in ours else []
    accounts = [account for account, owner in ours.items() if owner in ("", business)]
    if news.kind.startswith("template_"):
        return accounts
    return [account for account in accounts if account == value.get("entity_id")] or accounts[:1]


def _template(kind: str, value: Any, state: Any, detail: str = "") -> News:
    language = optional(value, "message_template_language").replace("-", "_")
    return News(kind, optional(value, "message_template_name"), language, _word(state), scrub(detail))


def _template_status(value: Any) -> News:
    reason = optional(value, "reason").removeprefix("NONE")
    about = (optional(value.get(key), each) for key in ("other_info", "rejection_info") for each in _REASONS)
    return _template("template_status", value, value.get("event"), ": ".join(filter(None, (reason, *about))))


_REASONS = ("title", "description", "reason", "recommendation")


def _template_quality(value: Any) -> News:
    before = _word(value.get("previous_quality_score"))
    return _template("template_quality", value, value.get("new_quality_score"), f"before: {before}" if before else "")


def _template_category(value: Any) -> News:
    """Reads a new category. `correct_category` announces what happens at `category_update_timestamp`; until then the
    old category holds."""
    coming = _word(value.get("correct_category"))
    since = moment(value.get("category_update_timestamp"), datetime.min.replace(tzinfo=UTC))
    when = f" on {since:%Y-%m-%d}" if since.year > 1 else ""
    before = _word(value.get("previous_category"))
    detail = f"becomes {coming}{when}" if coming else f"before: {before}" if before else ""
    return _template("template_category", value, value.get("new_category"))._replace(detail=detail)


def _components(value: Any) -> News:
    return _template("other", value, "", "the text or the buttons of the template were changed")


def _number_quality(value: Any) -> News:
    """Reads quality (FLAGGED and UNFLAGGED), or how much may be sent (the rest)."""
    event, number = _word(value.get("event")), address_value(value.get("display_phone_number"))
    if event in ("FLAGGED", "UNFLAGGED"):
        return News("quality", number, state=event)
    limit = _word(value.get("max_daily_conversations_per_business")) or _word(value.get("current_limit"))
    return News("limit", number, state=limit or event, detail=event)


def _capability(value: Any) -> News:
    keys = ("max_daily_conversations_per_business", "max_daily_conversation_per_phone")
    return News("limit", state=next((word for key in keys if (word := _word(value.get(key)))), ""))


def _account_update(value: Any) -> News:
    """Reads news of the account: violations, bans and restrictions are policy; a verified name is not."""
    restrictions = value.get("restriction_info")
    listed = restrictions if isinstance(restrictions, list) else []
    reasons = (
        optional(value.get("violation_info"), "violation_type"),
        optional(value.get("ban_info"), "waba_ban_state"),
        *(optional(each, "restriction_type") for each in listed),
    )
    detail, event = ", ".join(filter(None, reasons)), _word(value.get("event"))
    policy = bool(detail) or event in _POLICY
    return News("policy" if policy else "other", address_value(value.get("phone_number")), state=event, detail=detail)


_POLICY = frozenset(("DISABLED_UPDATE", "ACCOUNT_VIOLATION", "ACCOUNT_RESTRICTION", "ACCOUNT_DELETED"))


def _alert(value: Any) -> News:
    found = value.get("alert_info")
    alert = found if isinstance(found, dict) else value  # before 2025 the fields stood in the value itself
    words = (optional(alert, key) for key in ("alert_severity", "alert_status", "alert_description"))
    detail = scrub(": ".join(filter(None, words)))
    return News("alert", _word(value.get("entity_type")), state=_word(alert.get("alert_type")), detail=detail)


def _review(value: Any) -> News:
    return News("policy", state=_word(value.get("decision")))


def _name(value: Any) -> News:
    number, reason = address_value(value.get("display_phone_number")), optional(value, "rejection_reason")
    return News("other", number, state=_word(value.get("decision")), detail=scrub(reason.removeprefix("NONE")))


def _security(value: Any) -> News:
    return News("alert", address_value(value.get("display_phone_number")), state=_word(value.get("event")))


def _errors(value: Any) -> News | None:
    """Reads errors in `messages` without any message: the app or the account itself is in trouble."""
    code, detail = error_of(value.get("errors"))
    return News("alert", state=code, detail=detail) if code else None


def _word(value: Any) -> str:
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


FIELDS: dict[str, Callable[[Any], News | None]] = {
    "message_template_status_update": _template_status,
    "message_template_quality_update": _template_quality,
    "template_category_update": _template_category,
    "message_template_components_update": _components,
    "phone_number_quality_update": _number_quality,
    "phone_number_name_update": _name,
    "business_capability_update": _capability,
    "account_update": _account_update,
    "account_review_update": _review,
    "account_alerts": _alert,
    "security": _security,
    "messages": _errors,
}
