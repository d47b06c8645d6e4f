"""Builds the numbers and the webhooks for SMS, MMS and WhatsApp by Twilio."""

from collections.abc import Sequence

from adapters.channels.spec import Site
from adapters.channels.twilio.inbound.parse import parse_messages, parse_statuses
from adapters.channels.twilio.inbound.verify import verifier
from adapters.channels.twilio.outbound.send import TwilioAccount
from adapters.channels.twilio.senders import accounts_of, addresses_of
from adapters.channels.twilio.settings import PATH, STATUS_PATH, AccountSettings
from core.ports.channel import Kit
from core.ports.webhooks import Endpoint, HttpAnswer

# An empty TwiML document: the answer is sent by the API, later.
TWIML = HttpAnswer(200, "<Response/>", "text/xml")


def build(accounts: Sequence[AccountSettings], site: Site) -> Kit:
    """Builds the numbers that send, and the two webhooks that serve all of them; nothing without accounts.

    `site`'s API address is the host part, `/2010-04-01/…` follows; its public one is for status callbacks. Files are
    not read: Twilio fetches media from their links.
    """
    speaking = tuple(
        TwilioAccount(settings, channel, site.api_url, f"{site.public_url}{STATUS_PATH}", site.http)
        for settings in accounts
        for channel in accounts_of(settings)
    )
    if not speaking:
        return Kit((), ())
    ours, verify, channel = addresses_of(accounts), verifier(accounts), speaking[0].channel
    endpoints = (
        Endpoint(PATH, channel, verify, parse_messages(ours), answer=TWIML),
        Endpoint(STATUS_PATH, channel, verify, parse_statuses(ours), answer=TWIML),
    )
    return Kit(speaking, endpoints)
