"""Sends a one-time code to the phone or the mailbox of an order's buyer, whoever asks for it."""

from datetime import datetime

from sqlalchemy import Connection

from core.messages.outbound import OutboundMessage
from core.people.addresses import Address, e164
from core.people.one_time_codes import BLANK, LIFETIME, SMS
from core.ports.mail import Mail
from core.shop.orders import Order
from hub.customers import newcomers
from hub.delivery.postings import enqueue, posting
from hub.hub import Hub
from storage.conversations import conversations, timeline
from storage.people import one_time_codes
from storage.queues import mails, timers
from storage.queues.mails import MailRow
from storage.queues.tables import mails as mails_table
from storage.shop import orders

CODE = "code"  # the kind of the e-mail
MINUTES = int(LIFETIME.total_seconds() // 60)


def send(hub: Hub, conn: Connection, code_id: str, order_number: str, way: str, locale: str, now: datetime) -> None:
    """Puts the code on its way, within the transaction of the turn that asked for it; marks it as failed where there is
    nowhere to send it."""
    order = orders.by_number(conn, order_number)
    sent = order is not None and (
        _by_sms(hub, conn, order, code_id, locale, now)
        if way == SMS
        else _by_mail(hub, conn, order, code_id, locale, now)
    )
    if not sent:
        one_time_codes.fail(conn, code_id)


def mail(hub: Hub, row: MailRow) -> Mail:
    """Writes the e-mail with the code, in the customer's language."""
    locale, told = row.locale or "en", {"code": hub.code_of(row.about), "minutes": MINUTES}
    return Mail(
        row.id,
        row.address,
        hub.say("mail_code_subject", locale, item=told),
        hub.say("mail_code", locale, item=told),
        row.created_at,
        locale,
    )


def _by_sms(hub: Hub, conn: Connection, order: Order, code_id: str, locale: str, now: datetime) -> bool:
    phone, account = e164(order.buyer.phone, order.shipping.country or None), hub.account_of(SMS)
    if phone is None or account is None:
        return False
    address = Address(SMS, account, phone)
    newcomers.ensure(conn, hub.store, [(address, "")], now)
    where = conversations.by_keys(conn, [address.key]).get(address.key)
    if where is None:
        return False
    said = hub.say("sms_code", locale or "en", item={"code": BLANK, "minutes": MINUTES})
    message = OutboundMessage(said, one_time_code=code_id)
    enqueue(hub, conn, posting(where, message, timeline.BOT, now, expires_at=now + LIFETIME))
    return True


def _by_mail(hub: Hub, conn: Connection, order: Order, code_id: str, locale: str, now: datetime) -> bool:
    address = order.buyer.email.strip()
    if hub.mailer is None or not 0 < len(address) <= mails.ADDRESS_MAX:  # cut short, it would be another mailbox
        return False
    row = mails.row(code_id, CODE, code_id, address, locale, now, now + LIFETIME)
    conn.execute(hub.store.insert(mails_table), row)
    timers.ensure(conn, hub.store, mails.KIND, [code_id], now)
    return True
