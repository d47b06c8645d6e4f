"""Checks a notice before it goes out, in order; each check lets it pass or answers with a reason.

Checks of the notice come first, then those of each address, then (after the quiet hours) text or template there.
"""

from datetime import datetime

from core.messages.outbound import TemplateCall
from core.people.addresses import is_in
from core.people.consent import MARKETING, SERVICE
from core.people.conversations import window_open
from core.templating.named import holds
from notifications.planning.decisions import Reason
from notifications.planning.recipients import Candidate
from notifications.planning.waiting import wait
from notifications.store.policy import Policy
from notifications.together import told_with
from notifications.wording.provider_templates import ProviderTemplate
from notifications.wording.rendering import Letter, language

APPROVED = "approved"


def refuse_notice(letter: Letter, now: datetime) -> Reason | None:
    """Refuses the notice as a whole: expired, not true any more, or stopped by the customer."""
    kind = letter.policy.kinds.get(letter.notice.kind)
    if kind is None:
        return Reason.UNKNOWN_KIND
    if now >= letter.notice.expires_at:
        return Reason.EXPIRED
    if not _still_true(letter):
        return Reason.NOT_TRUE
    return _left_out(letter)


def _still_true(letter: Letter) -> bool:
    """Tells whether the news are so still: of what a rule sends, whether its `if` is; if it is gone, they are not."""
    if not letter.notice.rule:
        return letter.kind.still_true(letter.view)
    rule = letter.policy.rule_of(letter.notice)
    return rule is not None and (not rule.lasts or holds(rule.condition, letter.view.names))


def _left_out(letter: Letter) -> Reason | None:
    """Says why news that are true are not sent: not by this store, told with others, or stopped by the customer."""
    asked_for = letter.notice.campaign or letter.notice.rule  # `notices` of shop.yaml is about what is sent by itself
    if not (asked_for or letter.policy.sends(letter.notice.kind)):
        return Reason.SWITCHED_OFF
    if letter.about.asked_in_chat:
        return Reason.TOLD_IN_CHAT
    if told_with(letter.notice):
        return Reason.TOLD_TOGETHER
    if "all" in letter.recipient.stopped:
        return Reason.STOPPED_ALL
    return Reason.STOPPED_MARKETING if letter.kind.is_offer and MARKETING in letter.recipient.stopped else None


def refuse_address(letter: Letter, candidate: Candidate) -> Reason | None:
    """Refuses an address at which the customer did not allow this notice.

    Writing on a channel counts as a yes to service notices, not to marketing; a no to service is a no to all.
    """
    if candidate.address.channel not in letter.policy.shop.channels:
        return Reason.CHANNEL_OFF
    service, marketing = candidate.consent(SERVICE), candidate.consent(MARKETING)
    if service is False:
        return Reason.STOPPED_ALL
    if letter.kind.is_offer and marketing is False:
        return Reason.STOPPED_MARKETING
    allowed = marketing if letter.kind.is_offer else service or candidate.last_inbound_at
    if not allowed:
        return Reason.NO_CONSENT
    wished = letter.recipient.prefers.channel
    return Reason.OTHER_CHANNEL if wished and wished != candidate.address.channel else None


def choose_template(letter: Letter, candidate: Candidate, now: datetime) -> ProviderTemplate | Reason | None:
    """Chooses the template needed at this address, or says why there is none; None when free text is allowed."""
    limits = candidate.capabilities
    if candidate.last_inbound_at is None and not limits.writes_first:
        return Reason.NEVER_OPENED
    if window_open(candidate.last_inbound_at, limits.window_hours, now):
        return None
    provider = candidate.provider or candidate.address.channel
    own, other = letter.notice.template or letter.kind.name, letter.kind.template_of
    find = letter.policy.templates.find
    template = find(provider, own) or (find(provider, other) if other else None)
    if template is None or not limits.templates:
        return Reason.NO_TEMPLATE
    return _refuse_template(letter, candidate, template, now) or template


def _refuse_template(letter: Letter, candidate: Candidate, template: ProviderTemplate, now: datetime) -> Reason | None:
    call = template.call(language(letter, template))
    if refused := out_of_use(letter.policy, template, call, candidate):
        return refused
    if _is_marketing(template, call, candidate) and not letter.kind.is_offer and wait(letter, MARKETING, now):
        return Reason.MARKETING_LATER  # one that is marketing anyway has waited already
    return None


def out_of_use(policy: Policy, template: ProviderTemplate, call: TemplateCall, candidate: Candidate) -> Reason | None:
    """Says why a template may not be sent to this address, whatever it says."""
    known = candidate.template(call.name, call.language)
    if template.status != APPROVED or call.name in policy.suspended or (known and known.status != APPROVED):
        return Reason.TEMPLATE_SUSPENDED
    if not _is_marketing(template, call, candidate):
        return None
    if not candidate.consent(MARKETING):
        return Reason.TEMPLATE_IS_MARKETING  # the provider made it one: service consent does not cover it
    closed = policy.templates.undeliverable.get(candidate.address.channel, ())
    return Reason.NOT_DELIVERED_THERE if is_in(candidate.address.value, closed) else None


def _is_marketing(template: ProviderTemplate, call: TemplateCall, candidate: Candidate) -> bool:
    """Tells whether the store or the provider counts it as marketing."""
    known = candidate.template(call.name, call.language)
    return MARKETING in (template.category, known.category if known else "")
