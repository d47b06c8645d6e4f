"""Keeps the versions of pinned flows: a conversation that began with one ends with it, whatever the file says now."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from core.errors import ConfigurationError
from flows.engine.flowset import FlowSet
from flows.engine.model import PIN, Flow
from flows.linting.finding import ERROR
from flows.linting.names import flow_findings
from flows.loading.reading import read_flow

log = logging.getLogger(__name__)


def with_earlier(flows: FlowSet, folder: Path) -> FlowSet:
    """Returns the flows with the earlier versions of pinned ones that the folder keeps, and keeps today's there.

    An earlier version that names what is no longer there (a slot, a text, an action) is left out: what runs in it goes
    on in today's.
    """
    pinned = [flow for flow in flows.flows.values() if flow.version_policy == PIN]
    if not pinned:
        return flows
    folder.mkdir(parents=True, exist_ok=True)
    found = {(flow.id, flow.version): flow for each in pinned for flow in _read(flows, each, folder)}
    for flow in pinned:
        path = folder / f"{flow.id}-{flow.version}.json"
        if not path.exists():
            draft = folder / f".{flow.id}-{os.getpid()}"  # workers load at the same time, and may be killed
            draft.write_text(flow.source, encoding="utf-8")
            draft.replace(path)
    return replace(flows, earlier=found)


def _read(flows: FlowSet, flow: Flow, folder: Path) -> Iterator[Flow]:
    for path in sorted(folder.glob(f"{flow.id}-*.json")):
        try:
            found = read_flow(path, {flow.id: msgspec.json.decode(path.read_bytes())}, flow.id)
        except (ConfigurationError, msgspec.DecodeError, OSError):
            log.warning("an earlier version of a flow cannot be read", extra={"flow": flow.id})
            continue
        fits = not any(finding.severity == ERROR for finding in flow_findings(flows, found))
        if found.version != flow.version and fits:
            yield found
