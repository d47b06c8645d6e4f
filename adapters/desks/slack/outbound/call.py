"""Describes a call of Slack's Web API, and how a message of ours looks in it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from adapters.desks.slack.blocks.elements import Rendering


class Call(NamedTuple):
    """Describes one call: `method` as AsyncWebClient names it, and its arguments.

    The message's id is `message`, or stands in the answer under `key`. A `repeatable` call does no harm when it is made
    twice; the errors in `done` say that it was made before. `files` are ids of uploaded files that the message shares.
    """

    method: str
    arguments: Mapping[str, Any]
    key: str = "ts"
    message: str = ""
    repeatable: bool = False
    done: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    text: str = ""  # of a message with files, which Slack shows where it refuses blocks

    def without_blocks(self) -> "Call":
        """Returns the same call with its text alone; an update with no blocks takes them from the message."""
        if not self.files:
            return self._replace(arguments={**self.arguments, "blocks": []})
        rest = {name: value for name, value in self.arguments.items() if name != "blocks"}
        return self._replace(arguments={**rest, "initial_comment": self.text})


def look_of(rendering: Rendering) -> dict[str, Any]:
    return {"text": rendering.text, "blocks": list(rendering.blocks)}


def metadata(case_id: str, correlation: str) -> dict[str, Any]:
    """Marks a post with metadata, by which it is found again in Slack's history when its outcome is unknown."""
    payload = {"case": case_id, "correlation": correlation}
    return {"metadata": {"event_type": "doorstep_post", "event_payload": payload}} if correlation else {}
