"""Shows one case in short: `/desk case 7`."""

from core.cases.case_reasons import reason_text, spaced
from core.desk.links import moment, thread_link
from hub.desk import wording
from hub.desk.asked import Asked
from storage.desk import cases, listing


def answer(asked: Asked) -> str:
    """Returns what the case is about, how it stands, and where its thread is."""
    number = asked.rest.partition(" ")[0]
    with asked.store.read() as conn:
        case = cases.by_written(conn, number)
        line = listing.named(conn, case.id) if case else None
    if case is None or line is None:
        return wording.no_case(number)
    holder = f" with {case.agent_name or asked.users(case.claimed_by).name}" if case.claimed_by else ""
    told = (
        f"{thread_link(case.number, case.place, case.thread or '')} {line.customer} · {line.channel}",
        f"{reason_text(case.reason)} · {spaced(case.state).lower()}{holder} · since {moment(case.opened_at)}",
        f"Priority {spaced(case.priority).lower()}" + (f" · order {case.order_number}" if case.order_number else ""),
        case.summary,
    )
    return "\n".join(filter(None, told))
