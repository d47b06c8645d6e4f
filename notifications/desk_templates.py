"""Fills the approved templates that no notice goes by: what is said of a case where the reply window is closed."""

from collections.abc import Mapping
from typing import NamedTuple

from core.messages.outbound import TemplateCall
from core.people.consent import SERVICE
from notifications.planning.decisions import Reason
from notifications.planning.gates import out_of_use
from notifications.planning.recipients import Candidate
from notifications.store.policy import Policy
from notifications.wording.formats import best_locale
from notifications.wording.provider_templates import MissingValue


class Filled(NamedTuple):
    """Holds a template, filled in, and in which of our languages it is."""

    call: TemplateCall
    locale: str


def fill(policy: Policy, kind: str, who: Candidate, locale: str, values: Mapping[str, str]) -> Filled | Reason:
    """Fills the template of that kind in the customer's language, or says why there is none that may be sent."""
    if who.consent(SERVICE) is False:
        return Reason.STOPPED_ALL
    template = policy.templates.find(who.provider or who.address.channel, kind)
    if template is None or not who.capabilities.templates:
        return Reason.NO_TEMPLATE
    default = policy.shop.locale if policy.shop.locale in template.languages else next(iter(template.languages))
    spoken = best_locale(locale, template.languages, default)
    call = template.call(spoken)
    if who.templates and who.template(call.name, call.language) is None:
        return Reason.NO_TEMPLATE  # the provider has told what it has of us: there is no other way for who is to wait
    if refused := out_of_use(policy, template, call, who):
        return refused
    try:
        return Filled(template.call(spoken, values), spoken)
    except MissingValue:
        return Reason.TEMPLATE_VALUE_MISSING
