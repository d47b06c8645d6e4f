"""Reads what somebody asks of a page: who they are, in which language, which days, filtered by what."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template
from werkzeug.datastructures import MultiDict

from core.days import day_of
from core.files.near import nearest
from insights.dashboard.csv_file import csv_answer
from insights.dashboard.house import House
from insights.dashboard.mistakes import Mistake
from insights.dashboard.options import Options, options
from insights.dashboard.texts import text
from insights.metrics.labels import label
from insights.metrics.spans import DAY
from notifications.store.shop import Shop
from storage.desk import audit
from storage.insight.counting import Only, Span

LONGEST = 366  # days
WORD = 200  # letters of a parameter
FILTERS = ("channel", "topic", "agent", "team", "language")
KEPT = ("from", "to", *FILTERS)  # what goes along from page to page
FIELDS = (*KEPT, "by")  # what has a name in the filter bar
OWN = ("lang", "theme", "format")  # what no link carries on
_HOUR = re.compile(r"[01]?[0-9]|2[0-3]", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """One request for a page. `who`: the name they signed in with, "" at this machine; `path`: under /dashboard;
    `form`: what was sent with a POST, which is proved to be ours.
    """

    house: House
    who: str
    language: str
    theme: str
    root: str
    path: str
    query: MultiDict[str, str]
    form: Mapping[str, str]
    now: datetime
    is_post: bool = False

    @cached_property
    def shop(self) -> Shop:
        """Returns the store's file as it is at this request."""
        return self.house.shop()

    @cached_property
    def today(self) -> date:
        """Returns the day in the shop's zone."""
        return self.now.astimezone(self.shop.zone).date()

    def t(self, key: str, /, **values: Any) -> str:
        """Words a text, like `questions.title`."""
        return text(key, self.language, values)

    def render(self, template: str, /, **values: Any) -> str:
        """Renders a template; it knows `asked`, `t`, `here`, `to` and the filters of `rendering`."""
        return render_template(template, asked=self, **values)

    # --- parameters

    def word(self, name: str, longest: int = WORD) -> str:
        """Reads a parameter; "" where it is not given, or blank as a form sends it. Raises Mistake for one that is too
        long, or of which nothing can be read."""
        given = self.query.get(name, "").strip()
        if len(given) > longest:
            raise self.mistake("shell.too_long", name, most=longest)
        found = given.replace("\x00", "").strip()
        if given and not found:
            raise self.mistake("shell.nothing_read", name)
        return found

    def choice(self, name: str, known: Collection[str], default: str = "") -> str:
        """Reads one of `known`. Raises Mistake that names them."""
        given = self.word(name) or default
        if given and given not in known:
            near = nearest(given, known)
            key = "shell.did_you_mean" if near else "shell.one_of"
            raise self.mistake(key, name, given=given, near=near, known=", ".join(known))
        return given

    def day(self, name: str) -> date | None:
        """Reads a day. Raises Mistake for what is none."""
        given = self.word(name)
        found = day_of(given, self.today)
        if given and found is None:
            raise self.mistake("shell.no_day", name, given=given)
        return found

    def hour(self, name: str) -> int | None:
        """Reads an hour of the day. Raises Mistake for what is none."""
        given = self.word(name)
        if given and not _HOUR.fullmatch(given):
            raise self.mistake("shell.no_hour", name, given=given)
        return int(given) if given else None

    def mistake(self, key: str, name: str, /, **values: Any) -> Mistake:
        """Makes what says that a parameter is wrong: a text that begins with its name."""
        return Mistake(key, name=self._field(name), **values)

    def _field(self, name: str) -> str:
        """Names a parameter as the filter bar does, and as it is where that has no field for it."""
        return self.t(f"shell.{name}") if name in FIELDS else name

    def span(self, days: int = 7) -> Span:
        """Reads `from` and `to`; the last `days` days with today, if left out. Raises Mistake."""
        last = self.day("to") or max(self.today, self.day("from") or self.today)
        first = self.day("from") or last - (days - 1) * DAY
        if first > last:
            raise Mistake("shell.backwards", first=first, last=last)
        if (last - first).days >= LONGEST:
            raise Mistake("shell.too_many_days", most=LONGEST)
        return Span(first, last)

    @property
    def spans(self) -> list[tuple[str, date, date]]:
        """Lists the usual spans of days: (words, first, last). Whole days are told from others like them."""
        today = self.today
        month = today.replace(day=1) - DAY
        return [
            (self.t("shell.today"), today, today),
            (self.t("shell.yesterday"), today - DAY, today - DAY),
            (self.t("shell.this_week"), today - today.weekday() * DAY, today),
            *((self.t(f"shell.days_{days}"), today - days * DAY, today - DAY) for days in (7, 28, 90)),
            (self.t("shell.last_month"), month.replace(day=1), month),
        ]

    @property
    def is_narrowed(self) -> bool:
        """Tells whether the address says more than how to show the page."""
        return any(name not in OWN for name in self.query)

    @property
    def filters(self) -> dict[str, str]:
        """Returns the filters that are set: {"channel": "sms"}."""
        return {name: given for name in FILTERS if (given := self.word(name))}

    @property
    def only(self) -> Only:
        """Returns the filters as the numbers are counted by."""
        return Only(**self.filters)

    def options(self, span: Span, *names: str) -> Options:
        """Lists what there is to filter by on these days, for the filter bar; all filters, if none is named."""
        found = options(self.house.choices.on(span, self.now), self.language)
        return {name: found[name] for name in names or FILTERS}

    def label(self, by: str, key: str) -> str:
        """Names a group of what is counted by something: a topic, a day, an agent."""
        return label(by, key, self.language, self.house.choices.on(Span(self.today, self.today), self.now).names)

    # --- links

    def to(self, path: str, /, **query: Any) -> str:
        """Makes the address of a page: `to("/questions", state="open")`; days and filters go along.

        A parameter that is None does not.
        """
        kept = {name: self.query[name] for name in KEPT if name in self.query}
        return self._address(path, {**kept, **query})

    def here(self, **query: Any) -> str:
        """Makes the address of this page with some parameters changed; None takes one away. `from_` is `from`."""
        kept = {name: value for name, value in self.query.items() if name not in OWN}
        return self._address(self.path, {**kept, **query})

    def _address(self, path: str, query: Mapping[str, Any]) -> str:
        given = {name.rstrip("_"): str(value) for name, value in query.items() if value not in (None, "")}
        return f"{self.root}{path}" + (f"?{urlencode(given)}" if given else "")

    # --- answers

    @property
    def wants_csv(self) -> bool:
        """Tells whether the table is asked for as a file (`?format=csv`)."""
        return self.choice("format", ("csv",)) == "csv"

    def csv(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
        """Answers with a file that is named after what it holds and the day."""
        return csv_answer(f"{name}-{self.today}", header, rows)

    # --- what is masked until somebody asks

    def shows(self, what: str, of: str) -> bool:
        """Tells whether they pressed "Show" for it (`_parts.masked`); the look is logged with their name.

        `of` names what they look at, like `conversation:0005f1…`.
        """
        if not self.is_post or self.form.get("show") != what:
            return False
        with self.house.store.write() as conn:
            audit.record(conn, self.house.store, self.actor, "reveal", of, self.now, {"what": what})
        return True

    @property
    def actor(self) -> str:
        """Names them for the audit log."""
        return f"dashboard:{self.who}" if self.who else "dashboard:local"
