"""Makes the one notice that somebody at the store wants sent: about an order, a return or a customer, and a product."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from core.files.near import one_of
from core.shop.orders import Order
from hub.hub import Hub
from hub.notices.lifecycle import register
from hub.notices.planning import News, Planned, plan_all
from notifications.by_hand import as_news
from notifications.catalogue.loading import find_kind
from notifications.facts import About
from notifications.notice import Kind, Notice, Subject
from storage.notices import notices
from storage.notices.notices import NoticeRow
from storage.people import accounts, customers, lookup
from storage.people.customers import Customer
from storage.shop import orders, products, returns

ORDER, RETURN, CUSTOMER = "order", "return", "customer"
MOST_TIMES = 500  # that one piece of news is told by an operator
_ABOUT = {
    Subject.ORDER: ORDER,
    Subject.PARCEL: ORDER,
    Subject.REFUND: ORDER,
    Subject.RETURN: RETURN,
    Subject.CUSTOMER: CUSTOMER,
    Subject.PRODUCT: CUSTOMER,
}


class Unwanted(Exception):
    """Says why there is no such notice, and what may be done; `field` is what is to be mended."""

    def __init__(self, words: str, field: str = "kind") -> None:
        super().__init__(words)
        self.field = field


class Told(Unwanted):
    """Says that there was such a notice, and what became of it."""

    def __init__(self, before: NoticeRow) -> None:
        reached = before.state not in (notices.SKIPPED, notices.FAILED)
        became = f"{before.state}{before.reason and f' ({before.reason})'}, doorstep trace {before.id}"
        self.before = before
        words = "the customer was told already" if reached else "this did not reach the customer"
        again = "--again tells them once more" if reached else "--again tries once more"
        super().__init__(f"{words} ({before.business_key}: {became}); {again}")


@dataclass(frozen=True)
class Subjects:
    """Names what it is about: exactly one of order, return and customer; for `back_in_stock` the product too."""

    order: str = ""
    returned: str = ""
    customer: str = ""
    product: str = ""

    @property
    def named(self) -> str:
        """Returns which of them is named. Raises Unwanted unless it is exactly one."""
        given = {ORDER: self.order, RETURN: self.returned, CUSTOMER: self.customer}
        found = [name for name, value in given.items() if value]
        if len(found) != 1:
            raise Unwanted("say exactly one of order, return and customer", found[1] if found else ORDER)
        return found[0]


@dataclass(frozen=True)
class Wanted:
    """Holds a notice that is not registered yet, whom it goes to, and what the planner says of it now."""

    notice: Notice
    customer: Customer
    planned: Planned


def want(hub: Hub, conn: Connection, kind_name: str, subjects: Subjects, now: datetime, *, again: bool) -> Wanted:
    """Makes the notice that would be due if everything about its subject were news, and plans it.

    Raises Unwanted, Told.
    """
    kind = find_kind(hub.notices.kinds, kind_name)
    if kind is None:
        raise Unwanted(f"there is no notice {kind_name}; {one_of(kind_name, sorted(hub.notices.kinds))}")
    named, needed = subjects.named, _ABOUT[kind.subject]
    if named != needed:
        raise Unwanted(f"a {kind.name} notice is about {'an' if needed == ORDER else 'a'} {needed}", named)
    notice, customer = _MAKERS[needed](hub, conn, kind, subjects, now)
    notice = _unregistered(conn, notice, again=again)
    (planned,) = plan_all(hub, conn, [News(notice, customer.id)], now)
    return Wanted(notice, customer, planned)


def send(hub: Hub, wanted: Wanted, now: datetime) -> str | None:
    """Registers it; returns its id, None where somebody else was quicker."""
    with hub.store.write() as conn:
        id_ = register(hub, conn, wanted.notice, wanted.customer.id, now)
    hub.waker.outbox()
    return id_


def _of_order(hub: Hub, conn: Connection, kind: Kind, asked: Subjects, now: datetime) -> tuple[Notice, Customer]:
    order, owner = _order(conn, asked.order)
    if kind.subject is Subject.REFUND:
        refund = next(iter(returns.refunds_of(conn, order.number)), None)
        about = About(order=order, refund=refund)
    else:
        about = About(order=order)
    subject = Subject.ORDER if kind.subject is Subject.PARCEL else kind.subject
    return _due(hub, kind, subject, about, "", f"order {order.number}", now), owner


def _of_return(hub: Hub, conn: Connection, kind: Kind, asked: Subjects, now: datetime) -> tuple[Notice, Customer]:
    found = returns.by_reference(conn, asked.returned)
    if found is None:
        raise Unwanted(f"return {asked.returned} is not known", RETURN)
    order, owner = _order(conn, found.order_number)
    about = About(order=order, returned=found)
    return _due(hub, kind, Subject.RETURN, about, found.id, f"return {found.id}", now), owner


def _of_customer(hub: Hub, conn: Connection, kind: Kind, asked: Subjects, now: datetime) -> tuple[Notice, Customer]:
    who = _customer(conn, asked.customer)
    if kind.subject is Subject.PRODUCT:
        return _of_product(conn, kind, asked, who, now), who
    newest = orders.newest_of(conn, [who.id]).get(who.id)
    about = About(
        customer=accounts.record(conn, who.id), locale=who.spoken, last_order_at=newest.placed_at if newest else None
    )
    if not kind.hears:
        raise Unwanted(f"{kind.name} is sent by a campaign: doorstep campaign")
    return _due(hub, kind, Subject.CUSTOMER, about, "", f"customer {asked.customer}", now), who


def _of_product(conn: Connection, kind: Kind, asked: Subjects, who: Customer, now: datetime) -> Notice:
    if not asked.product:
        raise Unwanted(f"a {kind.name} notice needs the product too", "product")
    product = products.by_id(conn, asked.product)
    if product is None:
        raise Unwanted(f"product {asked.product} is not known", "product")
    return Notice(
        kind=kind.name,
        key=f"{kind.name}:{who.id}:{product.id}:{now.date()}",
        created_at=now,
        expires_at=now + kind.expires_after,
        data={"product": product.id, "variants": [each.id for each in product.variants if each.is_there(now.date())]},
    )


def _order(conn: Connection, number: str) -> tuple[Order, Customer]:
    order = orders.meant(conn, number)
    state = orders.state_of(conn, order.number) if order else None
    owner = customers.by_id(conn, state[1]) if state and state[1] else None
    if order is None or owner is None:
        raise Unwanted(f"order {number} is not known", ORDER)
    return order, owner


def _customer(conn: Connection, word: str) -> Customer:
    meant = lookup.by_any(conn, word)
    ids = meant.customer_ids if meant and not meant.order_number else ()
    found = customers.by_id(conn, ids[0]) if len(ids) == 1 else None
    if found is None:
        raise Unwanted(f"customer {word} is not known" if not ids else f"{word} may be several customers", CUSTOMER)
    return found


def _due(hub: Hub, kind: Kind, subject: Subject, about: About, subject_id: str, named: str, now: datetime) -> Notice:
    """Asks the kind as if everything about the subject were news, by the event that it listens to."""
    notice = as_news(kind, subject, about, subject_id, hub.notices.when(now), now)
    if notice:
        return notice
    raise Unwanted(f"{named} gives no reason for a {kind.name} notice now")


_MAKERS = {ORDER: _of_order, RETURN: _of_return, CUSTOMER: _of_customer}


def _unregistered(conn: Connection, notice: Notice, *, again: bool) -> Notice:
    """Returns the notice under a key of its own: news are registered once, but by an operator's word."""
    before = notices.by_key(conn, notice.key)
    if before is None:
        return notice
    if not again:
        raise Told(before)
    further = [f"{notice.key}#{times}" for times in range(2, MOST_TIMES + 1)]
    taken = notices.known_keys(conn, further)
    free = next((key for key in further if key not in taken), None)
    if free is None:
        raise Unwanted(f"{notice.key} was told {MOST_TIMES} times; that is enough")
    return msgspec.structs.replace(notice, key=free)
