"""Finds what is wrong with flows and texts before a customer does."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.content.capabilities import Capabilities
from core.errors import ConfigurationError
from flows.engine.flowset import FlowSet
from flows.linting.channels import channel_findings
from flows.linting.finding import ERROR, WARNING, Finding
from flows.linting.graph import graph_findings
from flows.linting.names import name_findings
from flows.linting.wording import wording_findings
from flows.loading.loader import load_flows

__all__ = ["ERROR", "WARNING", "Finding", "as_finding", "lint", "lint_files", "mistakes"]

NO_LIMITS: Mapping[str, Capabilities] = {}
_PLACE = re.compile(r"(.+?):(\d+): (.*)", re.DOTALL)


def lint(flows: FlowSet, limits: Mapping[str, Capabilities] = NO_LIMITS) -> list[Finding]:
    """Finds everything that a loaded set of flows has wrong, in the order of files and lines.

    `limits` are those of the channels that texts are to fit on, by their names for people.
    """
    return sorted({*_meaning(flows), *channel_findings(flows, limits)})


def mistakes(flows: FlowSet) -> list[Finding]:
    """Finds what keeps a loaded set of flows from being used, as every process asks when it starts.

    How texts come out on a channel is no mistake, and takes longer to find than all the rest.
    """
    return sorted(finding for finding in _meaning(flows) if finding.severity == ERROR)


def _meaning(flows: FlowSet) -> set[Finding]:
    return {*name_findings(flows), *graph_findings(flows), *wording_findings(flows)}


def lint_files(
    folders: Sequence[Path],
    responses: Sequence[Path],
    settings: Mapping[str, Any] | None = None,
    limits: Mapping[str, Capabilities] = NO_LIMITS,
) -> list[Finding]:
    """Finds as `lint` does, for files; one that cannot be loaded at all gives that as its only finding."""
    try:
        return lint(load_flows(folders, responses, settings), limits)
    except ConfigurationError as error:
        return [as_finding(str(error))]


def as_finding(sentence: str, severity: str = ERROR) -> Finding:
    """Makes a finding of a sentence that may begin with `file:line: `."""
    found = _PLACE.match(sentence)
    return Finding(found[1], int(found[2]), severity, found[3]) if found else Finding("", 0, severity, sentence)
