"""Shows what customers ask that nobody understands, like questions together, and which of our texts they misread."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Response
from sqlalchemy import Connection

from insights.dashboard.asked import Asked
from insights.dashboard.frame import Frame, frame
from insights.dashboard.house import House
from insights.dashboard.page import Page
from insights.dashboard.subjects import Subject, parts
from insights.dashboard.views.wordings import place, wording
from insights.metrics.spans import moments

SHOWN = 40  # groups, and texts; the file has all
INSIDE = 5  # questions of a group that are shown
LEAST_SAID = 10
NEAR = 0.1  # probability from which a request of ours is near

SUBJECT = Subject("questions", cards=("fallback", "texts_misread"), courses=(("fallback",), ("texts_misread",)))


def view(house: House, asked: Asked) -> Response | str:
    """Shows the page."""
    with house.store.read() as conn:
        found = frame(asked, conn)
        groups, texts = _groups(house, conn, found), _texts(house, conn, found)
        if asked.wants_csv:
            return asked.csv(SUBJECT.name, _header(asked), _lines(found, groups, texts))
        shown = parts(conn, found, SUBJECT)
        more = {"groups": groups[:SHOWN], "more": len(groups) - len(groups[:SHOWN]), "texts": texts[:SHOWN]}
        return asked.render("questions.html", **shown, **more)


def _groups(house: House, conn: Connection, found: Frame) -> list[Mapping[str, Any]]:
    """Finds the questions that were not understood, those asked most first. Of the filters, the language counts."""
    from insights.questions.unmatched import groups  # noqa: PLC0415 - the web process stays small

    asked = groups(conn, *moments(found.spans.now, found.zone), _nearest(house))
    return [_group(found, each) for each in asked if found.only.language in (None, each.language)]


def _nearest(house: House) -> Any:
    """Returns what finds the request of ours that is nearest to a question."""

    def nearest(text: str) -> str:
        likely = house.understand(text)["candidates"] if house.understand else ()
        return str(likely[0]["intent"]) if likely and likely[0]["p"] >= NEAR else ""

    return nearest


def _group(found: Frame, each: Any) -> Mapping[str, Any]:
    return {
        "example": each.example,
        "count": each.count,
        "conversations": each.conversations,
        "language": found.reader.label("language", each.language),
        "nearest": each.nearest,
        "asked": [
            {"text": one.text, "at": one.at, "href": _said(found, one.conversation_id, one.id)}
            for one in each.questions[:INSIDE]
        ],
    }


def _said(found: Frame, conversation_id: str, message_id: str) -> str:
    """Leads to a message in its conversation."""
    return found.asked.to(f"/conversations/{conversation_id}") + f"#m-{message_id}"


def _texts(house: House, conn: Connection, found: Frame) -> list[Mapping[str, Any]]:
    """Finds the texts that were misread, that which surely is misread most first."""
    if house.flows is None:
        return []
    from insights.questions.misread import texts  # noqa: PLC0415 - as above

    responses = house.flows().responses
    read = texts(conn, found.spans.now, responses, only=found.only, least=LEAST_SAID, root=house.root)
    return [
        {
            "key": each.text,
            "language": found.reader.label("language", each.language),
            "flow": found.reader.label("topic", each.flow),
            "said": each.said,
            "misread": each.misread,
            "share": each.share,
            "text": wording(responses, each.text, each.language),
            "place": place(each.file, each.line),
            "href": found.asked.to("/metrics/texts_misread/behind", by="detail", key=each.text, language=each.language),
        }
        for each in read
    ]


def _header(asked: Asked) -> list[str]:
    return [asked.t(f"questions.csv_{name}") for name in ("table", "text", "language", "count", "of", "nearest")]


def _lines(
    found: Frame, groups: Sequence[Mapping[str, Any]], texts: Sequence[Mapping[str, Any]]
) -> Iterator[Sequence[Any]]:
    t = found.asked.t
    for each in groups:
        yield t("questions.asked"), each["example"], each["language"], each["count"], None, each["nearest"]
    for each in texts:
        yield t("questions.misread"), each["key"], each["language"], each["misread"], each["said"], each["place"]


PAGES = (Page("/questions", view, nav="questions"),)
