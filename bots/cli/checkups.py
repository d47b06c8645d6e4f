"""Shows what a look at a connection found, and says in words why somebody who was asked gave no answer."""

from collections.abc import Awaitable, Mapping, Sequence

import click

from core.errors import Outcome, SendError
from core.ports.channel import Finding

SAID: Mapping[Outcome, str] = {
    Outcome.RETRY: "does not answer",
    Outcome.AMBIGUOUS: "does not answer",
    Outcome.PACE: "wants fewer calls",
    Outcome.MISCONFIGURED: "does not let us in",
}
REFUSED = "refuses what was asked"
TROUBLE = "it is in trouble itself; try again in a while"
CURES: Mapping[str, str] = {
    "connect": "nobody answers at its address, or this machine has no way there; look at the address in the settings",
    "timeout": "it was too slow; try again, and look at the way from this machine to it",
    "connection_lost": "the connection broke off; try again",
}


def said(error: SendError) -> str:
    """Says what somebody's refusal or silence is."""
    return f"{SAID.get(error.outcome, REFUSED)} ({error.code})"


def cure(error: SendError) -> str:
    """Says what to mend; what their own words are for is known best where they were read (`detail`)."""
    if own := CURES.get(error.code):
        return f"{own} ({error.detail})" if error.detail else own
    if error.detail:
        return error.detail
    return TROUBLE if error.outcome in (Outcome.RETRY, Outcome.AMBIGUOUS, Outcome.PACE) else ""


def sentence(error: SendError, advice: str = "") -> str:
    """Says both in one line, and what to look at, where that is known without asking."""
    return "; ".join(filter(None, (said(error), cure(error), advice)))


async def safely(asked: Awaitable[list[Finding]]) -> list[Finding]:
    """Waits for a look; that nobody answered is a finding too."""
    try:
        return await asked
    except SendError as error:
        return [Finding("connection", False, said(error), cure(error))]


def lines(title: str, findings: Sequence[Finding]) -> list[str]:
    """Writes what was found about one connection: its name, then each finding with its advice below."""
    written = [click.style(title, bold=True)]
    for each in findings:
        written.append(f"  {_sign(each)} {each.what}: {each.said}".rstrip(": "))
        if advice := each.todo if each.ok else each.cure:
            written.append(click.style(f"    → {advice}", fg="yellow"))
    return written


def _sign(finding: Finding) -> str:
    """Marks what is well, what is not, and what only a person can do."""
    if not finding.ok:
        return click.style("✗", fg="red")
    return click.style("☐", fg="yellow") if finding.todo else click.style("✓", fg="green")
