"""Prints the diagnosis: `doorstep doctor`."""

import sys

import click

from bots.cli.common import json_option, show

MARKS = {"ok": ("✓", "green"), "off": ("·", "bright_black"), "warn": ("!", "yellow"), "bad": ("✗", "red")}


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Check settings and connections, and say what to mend."""
    from bots.cli.doctor.diagnosis import examine
    from bots.cli.doctor.finding import BAD

    findings = examine()
    lines = []
    for finding in findings:
        mark, colour = MARKS[finding.state]
        lines.append(click.style(f"{mark} {finding.subject}: ", fg=colour) + finding.words)
    show(findings, as_json=as_json, text="\n".join(lines))
    if any(finding.state == BAD for finding in findings):
        sys.exit(1)
