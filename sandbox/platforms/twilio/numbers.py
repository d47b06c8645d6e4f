"""Keeps the account's own numbers: two for SMS, two for WhatsApp, and where their messages are posted."""

from email.utils import formatdate
from typing import Any

import msgspec

from sandbox.config import ACCOUNTS
from sandbox.world import ids
from sandbox.world.people import Phone
from sandbox.world.world import World

Json = dict[str, Any]
PREFIX = "whatsapp:"


class Number(msgspec.Struct):
    """One sender. `name` is as in From: +1… or whatsapp:+1…; an empty `url` means: the product's usual address."""

    sid: str
    name: str
    account: str
    url: str = ""
    method: str = "POST"
    application: str = ""
    status_url: str = ""


class Service(msgspec.Struct):
    """The account's messaging service. Once it has an address, the SMS numbers belong to it, and their messages go
    there, unless `own`: then each number's address counts."""

    sid: str
    url: str = ""
    method: str = "POST"
    own: bool = True


class Numbers:
    """Keeps the senders by name, and the messaging service."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.all: dict[str, Number] = {}
        self.service = Service(service_sid(world.setting("TWILIO_ACCOUNT_SID")))
        for account in ACCOUNTS:
            sms = world.setting("TWILIO_SMS_FROM", account)
            whatsapp = PREFIX + world.setting("TWILIO_WHATSAPP_FROM", account)
            self.all[sms] = Number("PN" + _hex(sms), sms, account)
            self.all[whatsapp] = Number("XE" + _hex(whatsapp), whatsapp, account)

    def of(self, phone: Phone) -> Number:
        """Finds the number that this phone writes to."""
        whatsapp = phone.channel == "twilio_whatsapp"
        name = "TWILIO_WHATSAPP_FROM" if whatsapp else "TWILIO_SMS_FROM"
        return self.all[(PREFIX if whatsapp else "") + self._world.setting(name, phone.account)]

    def first(self, whatsapp: bool) -> Number:
        """Finds the main number of a kind."""
        return next(number for number in self.all.values() if number.name.startswith(PREFIX) == whatsapp)

    def by_sid(self, sid: str) -> Number | None:
        """Finds the number with this PN or XE id."""
        return next((number for number in self.all.values() if number.sid == sid), None)

    def sms(self) -> list[Number]:
        """Lists the numbers for SMS."""
        return [number for number in self.all.values() if not number.name.startswith(PREFIX)]

    def service_of(self, number: Number) -> Service | None:
        """Finds the messaging service that takes what comes to this number."""
        taken = self.service.url and not self.service.own and not number.name.startswith(PREFIX)
        return self.service if taken else None

    def reset(self) -> None:
        """Forgets the addresses that were set."""
        self.service.url, self.service.own = "", True
        for number in self.all.values():
            number.url, number.application, number.status_url = "", "", ""

    def incoming(self, number: Number, account_sid: str) -> Json:
        """Describes a number as an IncomingPhoneNumber."""
        date = formatdate(self._world.clock()).replace("-0000", "+0000")
        return {
            "sid": number.sid,
            "account_sid": account_sid,
            "phone_number": number.name,
            "friendly_name": number.name,
            "sms_url": number.url,
            "sms_method": number.method,
            "sms_fallback_url": "",
            "sms_fallback_method": "POST",
            "sms_application_sid": number.application,
            "status_callback": number.status_url,
            "status": "in-use",
            "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
            "date_created": date,
            "date_updated": date,
            "uri": f"/2010-04-01/Accounts/{account_sid}/IncomingPhoneNumbers/{number.sid}.json",
        }

    def messaging_service(self, account_sid: str) -> Json:
        """Describes the messaging service."""
        service = self.service
        return {
            "sid": service.sid,
            "account_sid": account_sid,
            "friendly_name": "Northwind",
            "inbound_request_url": service.url or None,
            "inbound_method": service.method,
            "fallback_url": None,
            "fallback_method": "POST",
            "status_callback": None,
            "sticky_sender": True,
            "smart_encoding": True,
            "use_inbound_webhook_on_number": service.own,
            "usecase": "undeclared",
            "url": f"https://messaging.twilio.com/v1/Services/{service.sid}",
        }

    def sender(self, number: Number) -> Json:
        """Describes a number as a WhatsApp sender of Channels/Senders."""
        return {
            "sid": number.sid,
            "sender_id": number.name,
            "status": "ONLINE",
            "webhook": {
                "callback_url": number.url,
                "callback_method": number.method,
                "fallback_url": None,
                "fallback_method": "POST",
                "status_callback_url": number.status_url,
                "status_callback_method": "POST",
            },
            "properties": {"quality_rating": "HIGH", "messaging_limit": "10K Customers/24hr"},
            "offline_reasons": None,
            "configuration": None,
            "profile": {"name": self._world.config.shop},
            "url": f"https://messaging.twilio.com/v2/Channels/Senders/{number.sid}",
        }


def service_sid(account_sid: str) -> str:
    """Returns the id of the account's messaging service."""
    return "MG" + _hex(account_sid)


def _hex(name: str) -> str:
    return (ids.checksum(name) + ids.checksum(name[::-1])) * 2
