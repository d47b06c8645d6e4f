"""Decides why WhatsApp does not deliver a message that it accepted: what its failed receipt will say."""

from typing import Any, NamedTuple

from sandbox.platforms.meta.budgets import Portfolio
from sandbox.platforms.meta.errors import status_error
from sandbox.platforms.meta.templates.registered import Template
from sandbox.world.people import Phone
from sandbox.world.world import World

Json = dict[str, Any]
US_PAUSED = "Marketing templates to United States phone numbers are not delivered at this time."
RE_ENGAGE = (
    "Message failed to send because more than 24 hours have passed since the customer last replied to this number."
)


class Obstacle(NamedTuple):
    """The error of the failed receipt; `lost`: nothing at all is heard of the message."""

    error: Json | None = None
    lost: bool = False


CLEAR = Obstacle()


def find(world: World, portfolio: Portfolio, phone: Phone | None, template: Template | None) -> Obstacle:
    """Finds what stands between an accepted message and this phone; `template` is None for a free-form message."""
    armed = world.faults.take("whatsapp", ("failed_receipts",))
    if armed:
        value = armed.value if isinstance(armed.value, dict) else {"code": armed.value or 131000}
        error = status_error(int(value["code"]), str(value.get("details", "")))
        return Obstacle({**error, "after": value.get("after", "")})
    if phone is None or phone.blocked:
        return Obstacle(status_error(131026, "Message Undeliverable."))
    if template is None:
        return CLEAR if phone.window_open(world.clock()) else Obstacle(status_error(131047, RE_ENGAGE))
    return _template(world, portfolio, phone, template)


def _template(world: World, portfolio: Portfolio, phone: Phone, template: Template) -> Obstacle:
    refused = _marketing(world, portfolio, phone) if template.category == "MARKETING" else None
    if refused:
        return Obstacle(refused)
    if template.pacing == "dropped":
        return Obstacle(status_error(132015, "Template was paused while its quality was assessed."))
    if not phone.window_open(world.clock()) and portfolio.full(phone):
        code = world.pace.portfolio_code
        return Obstacle(status_error(code) if code else None, lost=not code)
    return CLEAR


def _marketing(world: World, portfolio: Portfolio, phone: Phone) -> Json | None:
    if phone.opted_out:
        return status_error(131050)
    if world.pace.us_pause and phone.country == "US" and phone.address.startswith("1"):
        return status_error(131049, US_PAUSED)
    return status_error(131049) if portfolio.capped(phone) else None
