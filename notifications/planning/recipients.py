"""Declares a notice's recipient: addresses with what is known of each, language, zones, and what they stopped."""

from datetime import datetime

import msgspec

from core.content.capabilities import Capabilities
from core.people.addresses import Address
from core.people.consent import ConsentState
from core.people.preferences import Preference
from core.ports.templates import TemplateState
from notifications.planning.caps import Past
from notifications.planning.zones import Zones


class Candidate(msgspec.Struct, frozen=True):
    """Describes an address the customer may be reached at. Dead addresses are not listed.

    `last_inbound_at`: their last message there, None when they never wrote. `consents`: the newest entry per purpose.
    `provider`: the section of the provider templates, when it is not the channel's name ("twilio" for its WhatsApp).
    `templates`: as the provider has them, as far as we know.
    """

    address: Address
    capabilities: Capabilities
    last_inbound_at: datetime | None = None
    consents: tuple[ConsentState, ...] = ()
    provider: str = ""
    templates: tuple[TemplateState, ...] = ()

    def template(self, name: str, language: str) -> TemplateState | None:
        """Returns what the provider says of a template; None when it said nothing, which counts as approved."""
        found = (each for each in self.templates if each.name == name and each.language in (language, ""))
        return next(found, None)

    def consent(self, purpose: str) -> bool | None:
        """Tells whether the customer consented to `purpose` at this address; None when they said nothing."""
        return next((state.granted for state in self.consents if state.purpose == purpose), None)


class Recipient(msgspec.Struct, frozen=True):
    """Describes a customer. `zones`: where they may be. `stopped`: scopes they stopped everywhere: "all", "marketing".
    `prefers`: what they wish themselves; `recent`: what they were sent lately, for the caps (`caps.free_from`).

    An empty `locale` means the shop's.
    """

    candidates: tuple[Candidate, ...]
    name: str = ""
    locale: str = ""
    zones: Zones = Zones()
    stopped: frozenset[str] = frozenset()
    prefers: Preference = Preference()
    recent: tuple[Past, ...] = ()
