"""Shows what a notice of a real order would say on each channel, and what it costs: `channels templates --preview`."""

from collections.abc import Collection, Iterator, Sequence

import msgspec
from msgspec.structs import replace

from bots.cli.common import refuse
from bots.wiring.installation import Parts
from core.content.degradations import told as told_of
from core.content.rendering import fit
from core.content.text import segments_sent
from core.files.near import one_of
from core.people.addresses import mask
from hub.hub import Hub
from hub.notices.recipients import recipient_for
from hub.notices.subjects import abouts_now
from notifications import About, Change, EventFacts, Subject, find_kind
from notifications.planning.recipients import Candidate
from notifications.wording.provider_templates import MissingValue, ProviderTemplate
from notifications.wording.rendering import Letter, render
from storage.costs.rows import plain
from storage.people import customers
from storage.shop import orders

FREE = "service"  # the category of free text in the reply window


class Seen(msgspec.Struct, frozen=True):
    """What would be read at one address: as free text, or by `template` with these values.

    `lacks` names a value that is not known, and stops the template. `parts`: segments of an SMS. `price` is an
    estimate, "" where none is known.
    """

    channel: str
    to: str
    template: str
    category: str
    text: str = ""
    values: tuple[str, ...] = ()
    lacks: str = ""
    parts: int = 1
    price: str = ""
    currency: str = ""
    lost: tuple[str, ...] = ()


def ask(parts: Parts, channels: Collection[str], kind: str, number: str) -> list[Seen]:
    """Renders the notice that the order would give now, for every address of its customer on these channels."""
    hub = parts.hub
    letter = _letter(hub, kind, number)
    known = hub.notices.templates
    found: list[Seen] = []
    for each in letter.recipient.candidates:
        if each.address.channel not in channels:
            continue
        found.append(_seen(hub, letter, each, None))
        template = known.find(each.provider or each.address.channel, letter.kind.name)
        if template:
            found.append(_seen(hub, letter, each, template))
    return found


def told(found: Sequence[Seen]) -> str:
    """Writes it for people."""
    return "\n\n".join("\n".join(_lines(each)) for each in found) or "The customer has no address on a channel here."


def _letter(hub: Hub, name: str, number: str) -> Letter:
    kind, now = find_kind(hub.notices.kinds, name), hub.now()
    if kind is None:
        raise refuse(f"there is no notice {name}; {one_of(name, sorted(hub.notices.kinds))}")
    with hub.store.read() as conn:
        order = orders.meant(conn, number)
        state = orders.state_of(conn, order.number) if order else None
        owner = customers.by_id(conn, state[1]) if state and state[1] else None
        if order is None or owner is None:
            raise refuse(f"order {number} is not known")
        when = hub.notices.when(now)
        event = EventFacts("order.updated", "cli")
        due = kind.due(Change(event, now, Subject.ORDER, None, About(order=order), {}, when))
        if not due:
            raise refuse(f"order {number} gives no reason for a {kind.name} notice now")
        about = abouts_now(hub, conn, [(due[-1], owner, order)], now)[0]
        return Letter(due[-1], about, recipient_for(hub, conn, owner, order), hub.notices, now)


def _seen(hub: Hub, letter: Letter, to: Candidate, template: ProviderTemplate | None) -> Seen:
    category = template.category if template else FREE
    seen = Seen(to.address.channel, mask(to.address.value), _named(template) if template else "", category)
    try:
        message = render(letter, to, template)
    except MissingValue as missing:
        return replace(seen, lacks=str(missing))
    texts = fit(message, to.capabilities).texts
    parts = segments_sent(texts) if seen.channel == "sms" else 1
    price = hub.notices.prices.estimate(seen.channel, category, to.address.value, parts)
    speaking = hub.channel(seen.channel, to.address.account)
    lost = speaking.render(message).degradations if speaking else ()
    return replace(
        seen,
        text=message.text,
        values=message.template.values if message.template else (),
        parts=parts,
        price=plain(price.amount) if price else "",
        currency=price.currency if price else "",
        lost=tuple(told_of(each) for each in lost),
    )


def _named(template: ProviderTemplate) -> str:
    return template.name or ", ".join(template.languages.values())


def _lines(each: Seen) -> Iterator[str]:
    way = f"template {each.template} ({each.category})" if each.template else "free text"
    yield f"{each.channel} {each.to}, {way}"
    if each.lacks:
        yield f"  is not sent: {each.lacks} is not known, and templates.yaml has no words for it (missing)"
        return
    yield from (f"  {line}" for line in each.text.splitlines())
    if each.values:
        yield f"  values: {' | '.join(each.values)}"
    segments = f"{each.parts} segment{'s' if each.parts > 1 else ''}, " if each.channel == "sms" else ""
    price = f"{each.price} {each.currency}, estimated" if each.price else "no price known"
    yield f"  ({segments}{price}{''.join(f'; {loss}' for loss in each.lost)})"
