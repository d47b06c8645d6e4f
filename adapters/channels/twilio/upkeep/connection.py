"""Checks whether Twilio would reach us by this number, and tells it how."""

from collections.abc import Awaitable

from adapters.channels.twilio.outbound.errors import EXPLAINED
from adapters.channels.twilio.senders import SMS, sender_of, service_of
from adapters.channels.twilio.settings import PATH, STATUS_PATH, AccountSettings
from adapters.channels.twilio.upkeep import numbers
from adapters.channels.twilio.upkeep.numbers import Number
from adapters.channels.twilio.upkeep.rest import MONITOR, Rest, account_url
from core.errors import Outcome, SendError
from core.ports.channel import Finding

# Twilio repeats a webhook that failed only when its URL says so: five times, whatever went wrong ("Webhooks: connection
# overrides"). The fragment is not part of the signature.
AGAIN = "#rc=5&rp=all"
_ALERTS = 5
_CURES = {
    Outcome.MISCONFIGURED: "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN must be those on the console's start page, "
    "TWILIO_API_URL empty or Twilio's",
    Outcome.PACE: "Twilio asks for fewer calls; try again in a minute",
}


async def setup(rest: Rest, settings: AccountSettings, channel: str, base_url: str) -> list[Finding]:
    """Points the number's messages to us where they are not yet; what was done. A failed call is a finding."""
    return [await _tried("webhook", _set_up(rest, settings, channel, base_url.rstrip("/")))]


async def status(rest: Rest, settings: AccountSettings, channel: str, base_url: str) -> list[Finding]:
    """Checks account, number, webhook, newest alerts. A failed call is a finding, too."""
    found = [await _tried("account", _account(rest, settings))]
    webhook = _webhook(base_url.rstrip("/"))
    try:
        number = await numbers.find(rest, settings, channel)
    except SendError as error:
        return [*found, _failure("number", error)]
    if number is None:
        return [*found, _no_number(settings, channel, webhook)]
    return [*found, _able(number), _pointed(number, webhook), await _tried("alerts", _alerts(rest))]


async def _set_up(rest: Rest, settings: AccountSettings, channel: str, base_url: str) -> Finding:
    webhook = _webhook(base_url)
    number = await numbers.find(rest, settings, channel)
    if number is None:
        return _no_number(settings, channel, webhook)
    if number.comes_to(webhook):
        return Finding("webhook", True, f"messages to {number.name} come to {webhook} already")
    await numbers.point(rest, settings, channel, number, webhook, base_url + STATUS_PATH)
    before = number.elsewhere or number.url
    return Finding(
        "webhook",
        True,
        f"messages to {number.name} now come to {webhook}" + (f", before to {before}" if before else ""),
    )


async def _account(rest: Rest, settings: AccountSettings) -> Finding:
    account = await rest.get(f"{account_url(settings.account_sid)}.json")
    state = account.get("status")
    cure = "" if state == "active" else "see Billing and Trust Hub in Twilio's console, or write to Twilio's support"
    return Finding("account", state == "active", f"{account.get('friendly_name')} ({state})", cure)


def _able(number: Number) -> Finding:
    cure = "" if number.able else "use a number that can do SMS, give the service one, or see the sender's page"
    return Finding("number", number.able, f"{number.name}: {number.told or 'no messages'}", cure)


def _pointed(number: Number, webhook: str) -> Finding:
    if number.comes_to(webhook):
        return Finding("webhook", True, webhook)
    said = f"messages go to {number.elsewhere or number.url or 'nobody'}"
    if not number.elsewhere and number.url == webhook.removesuffix(AGAIN):
        said = f"{number.url} does not ask for repeats: what we cannot take is lost"
    elif not number.elsewhere and number.url == webhook:
        said = f"{webhook} is called by {number.method}, not by POST"
    cure = f"run `doorstep channels setup`, or set its inbound message URL to {webhook} (HTTP POST)"
    return Finding("webhook", False, said, cure)


def _no_number(settings: AccountSettings, channel: str, webhook: str) -> Finding:
    name = service_of(settings, channel) or sender_of(settings, channel)
    if name == settings.messaging_service_sid:
        cure = "correct TWILIO_MESSAGING_SERVICE_SID, or make the service under Messaging > Services and point it"
    elif channel == SMS:
        cure = "correct TWILIO_SMS_FROM, or buy the number; for a short code, set 'A message comes in' in the console"
    else:
        cure = (
            "correct TWILIO_WHATSAPP_FROM, or register it under Messaging > Senders > WhatsApp senders; for its own "
            "try-out number, set 'When a message comes in' under Messaging > Try it out"
        )
    said = f"the account has no sender {name}"
    return Finding("number", False, said, f"{cure} to {webhook} (HTTP POST)")


async def _alerts(rest: Rest) -> Finding:
    """Lists the newest errors that Twilio noted; they may be over, so they are no failure."""
    answer = await rest.get(f"{MONITOR}/v1/Alerts", {"LogLevel": "error", "PageSize": _ALERTS})
    entries = answer.get("alerts")
    alerts = [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []
    told = [f"{each.get('error_code')} at {each.get('date_generated') or each.get('date_created')}" for each in alerts]
    cure = f"what a code means: {EXPLAINED}<code>" if told else ""
    return Finding("alerts", True, "newest: " + "; ".join(told[:_ALERTS]) if told else "none", cure)


def _webhook(base_url: str) -> str:
    return f"{base_url}{PATH}{AGAIN}"


async def _tried(what: str, call: Awaitable[Finding]) -> Finding:
    try:
        return await call
    except SendError as error:
        return _failure(what, error)


def _failure(what: str, error: SendError) -> Finding:
    cure = _CURES.get(error.outcome, "see whether status.twilio.com reports trouble, and try again")
    return Finding(
        what, False, f"Twilio did not answer as asked: {error.code}", "; ".join(filter(None, (cure, error.detail)))
    )
