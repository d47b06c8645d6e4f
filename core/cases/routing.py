"""Decides by the store's rules (`routing.yaml`) whose a case is, how urgent, its tags, and where its card stands."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from core.files.complaints import DESK_ID
from core.files.documents import Document
from core.files.near import one_of
from core.people.conversations import Priority, Routed
from core.templating.expressions import Expression
from core.templating.named import holds, named_expression

ID = "^[a-z0-9_-]+$"
Id = Annotated[str, Meta(pattern=ID)]
SlackId = Annotated[str, Meta(pattern=DESK_ID)]


class Team(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Describes a team: where its cards stand (none: the desk's channel), and who leads it."""

    channel: SlackId = ""
    lead: SlackId = ""


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds what a rule sets; what it leaves out is for others."""

    team: str | None = None
    priority: Priority | None = None
    sla: Id | None = None
    channel: SlackId | None = None
    tags: tuple[Id, ...] = ()


class _Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Id
    condition: str = msgspec.field(name="if")
    then: Outcome


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    teams: dict[Id, Team | None] = {}
    rules: tuple[_Rule, ...] = ()
    default: Outcome = Outcome()


class Rule(msgspec.Struct, frozen=True):
    """Says what holds for the cases that its condition is true of."""

    id: str
    condition: Expression
    then: Outcome


class OrderFacts(msgspec.Struct, frozen=True):
    """Holds what rules may ask about the order of a case; one without an order has an empty one."""

    number: str = ""
    status: str = ""
    total: float = 0
    currency: str = ""
    country: str = ""


class Facts(msgspec.Struct, frozen=True):
    """Holds what rules may ask about a case. `mood` is angry or calm; `closed`: nobody answers at the desk now."""

    reason: str
    channel: str = ""
    intent: str = ""
    language: str = ""
    tier: str = ""
    order: OrderFacts = OrderFacts()
    closed: bool = False
    mood: str = "calm"


class Routing(msgspec.Struct, frozen=True):
    """Holds the store's rules, in their order."""

    teams: Mapping[str, Team] = {}
    rules: tuple[Rule, ...] = ()
    default: Outcome = Outcome()

    def holding(self, facts: Facts) -> list[Rule]:
        """Lists the rules that are true of a case, in their order."""
        scope = msgspec.to_builtins(facts)
        return [rule for rule in self.rules if holds(rule.condition, scope)]

    def route(self, facts: Facts) -> Routed:
        """Decides on a case: the first rule that sets a field wins, tags add up."""
        said = [*(rule.then for rule in self.holding(facts)), self.default]
        team = next((each.team for each in said if each.team), "")
        channel = next((each.channel for each in said if each.channel), "")
        return Routed(
            next((each.priority for each in said if each.priority), Priority.NORMAL),
            team,
            next((each.sla for each in said if each.sla), ""),
            tuple(dict.fromkeys(tag for each in said for tag in each.tags)),
            channel or self.teams.get(team, Team()).channel,
        )


def load_routing(path: Path, policies: Collection[str] | None = None) -> Routing:
    """Reads `routing.yaml`; `policies` are those of `sla.yaml`. Raises ConfigurationError with file, line and cure."""
    document = Document(path)
    written = document.read(_File)
    teams = {name: team or Team() for name, team in written.teams.items()}
    known: dict[str, Any] = msgspec.to_builtins(Facts(""))
    rules: list[Rule] = []
    for number, rule in enumerate(written.rules):
        if rule.id in {each.id for each in rules}:
            raise document.fault(f"there is a rule {rule.id!r} already; expected another", "rules", number, "id")
        _check(document, rule.then, teams, policies, "rules", number, "then")
        condition = named_expression(document, rule.condition, known, "rules", number, "if", like="reason == 'legal'")
        rules.append(Rule(rule.id, condition, rule.then))
    _check(document, written.default, teams, policies, "default")
    return Routing(teams, tuple(rules), written.default)


def _check(
    document: Document,
    then: Outcome,
    teams: Collection[str],
    policies: Collection[str] | None,
    *steps: str | int,
) -> None:
    if then.team and then.team not in teams:
        raise document.fault(f"there is no team {then.team!r}; {one_of(then.team, teams)}", *steps, "team")
    if then.sla and policies is not None and then.sla not in policies:
        words = f"sla.yaml has no policy {then.sla!r}; {one_of(then.sla, policies)}"
        raise document.fault(words, *steps, "sla")
