"""Makes of messages what a page shows of each: who, when, which words, what became of them, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from core.cases.case_reasons import spaced
from core.desk.glances import QuoteGlance
from core.messages.pieces import MEDIA_KINDS
from insights.conversations.lines import Line
from insights.conversations.veil import Veil
from insights.dashboard.asked import Asked
from insights.dashboard.talk.facts import Fact, facts
from insights.dashboard.talk.wording import worded
from storage.conversations import timeline
from storage.conversations.history import AGENT, Said
from storage.media import files

BAD = ("failed", "cancelled", "unsent", "unknown")
UNDER_WAY = ("pending", "sending", "queued", "held", "later")


class FileShown(NamedTuple):
    """Holds a file. `href`: where it is, as long as it is shown; `why`: what keeps it from that."""

    kind: str
    name: str
    size: int
    href: str
    why: str


class Shown(NamedTuple):
    """Holds a message as it is shown. `kind`: said, gone, reaction; `trace`: the id by which its way is told;
    `answers`: the line it points at."""

    id: str
    by: str
    who: str
    at: datetime
    words: str
    kind: str
    edited_at: datetime | None
    quote: str
    answers: str
    files: Sequence[FileShown]
    state: str
    mood: str
    facts: Sequence[Fact]
    trace: str


def shown(line: Line, asked: Asked, veil: Veil, name: str) -> Shown:
    """Shows a message; `name` is the customer's, as it may be shown."""
    said = line.said
    quote = _quote(line.quote, asked) if line.quote else ""
    return Shown(
        id=said.id,
        by=said.by,
        who=_who(line, asked, name),
        at=said.at,
        words=veil.words(said.text),
        kind=_kind(said),
        edited_at=said.edited_at,
        quote=veil.words(quote),
        answers=line.answers,
        files=[_file(each, asked, veil) for each in line.files],
        state=worded("state", said.state, asked),
        mood="bad" if said.state in BAD else "warn" if said.state in UNDER_WAY else "",
        facts=facts(line, asked, veil),
        trace=said.id if line.sending else next(iter(said.provider_ids), ""),
    )


def _kind(said: Said) -> str:
    if said.deleted_at:
        return "gone"
    return "reaction" if said.attachments in timeline.REACTIONS else "said"


def _known(author: str) -> str:
    return author if author in (timeline.CUSTOMER, timeline.BOT, timeline.NOTICE, timeline.PROGRAM) else AGENT


def _who(line: Line, asked: Asked, name: str) -> str:
    by = asked.t(f"talk.by_{line.said.by}")
    if line.said.by == timeline.CUSTOMER:
        return name or by
    return asked.t("talk.agent_is", by=by, name=line.agent) if line.agent else by


def _quote(quote: QuoteGlance, asked: Asked) -> str:
    who = asked.t(f"talk.by_{_known(quote.author)}")
    return f"{asked.t('talk.says', who=who)} {quote.text}"


def _file(file: Mapping[str, Any], asked: Asked, veil: Veil) -> FileShown:
    kind = asked.t(f"talk.file_{file['kind']}") if file["kind"] in MEDIA_KINDS else spaced(file["kind"])
    href = asked.house.file_link(file["id"]) if file["state"] == files.KEPT and veil.is_lifted else ""
    why = "" if href else asked.t(f"talk.file_is_{_STATES.get(file['state'], 'gone')}")
    return FileShown(kind, veil.words(file["name"] or ""), file["size"] or 0, href, why)


_STATES = {files.PENDING: "coming", files.FETCHING: "coming", files.KEPT: "hidden"}
