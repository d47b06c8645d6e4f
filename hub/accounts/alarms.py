"""Tells operators by e-mail what only they can mend (`ALERT_EMAIL`): the desk may be what does not work."""

import re
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.content.text import shorten
from core.ids import new_id
from core.ports.mail import Mail
from hub.hub import Hub
from storage.queues import mails, timers
from storage.queues.mails import MailRow
from storage.queues.tables import mails as mails_table

ALARM = "alarm"  # the kind of the e-mail
LIFETIME = timedelta(days=1)
SUBJECT = 120
_SIGN = re.compile(r"^:\w+: ?")  # what stands before the words at the desk


def tell(hub: Hub, conn: Connection, text: str, now: datetime) -> None:
    """Puts an e-mail to each of the operators on its way, where there is a mail server."""
    for address in hub.alert_emails if hub.mailer else ():
        id_ = new_id(now)
        row = mails.row(id_, ALARM, "", address, "en", now, now + LIFETIME, _SIGN.sub("", text))
        conn.execute(hub.store.insert(mails_table), row)
        timers.ensure(conn, hub.store, mails.KIND, [id_], now)


def mail(hub: Hub, row: MailRow) -> Mail:
    """Writes the e-mail: its first sentence is the subject."""
    first = re.split(r"(?<=[.]) ", row.text, maxsplit=1)[0].rstrip(".")
    shop = hub.notices.shop.name
    return Mail(row.id, row.address, shorten(f"{shop}: {first}", SUBJECT), row.text, row.created_at)
