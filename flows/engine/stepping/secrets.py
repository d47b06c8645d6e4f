"""Drops values that must not be kept once the turn ends."""

from msgspec.structs import replace

from flows.engine.flowset import FlowSet
from flows.engine.session import Frame, Session


def without_secrets(flows: FlowSet, session: Session) -> Session:
    """Returns the session as it may be written: slots that are never stored are empty; while an action runs, they are
    still there."""
    secret = flows.secrets
    if not secret or session.pending is not None or not any(secret & frame.slots.keys() for frame in session.stack):
        return session
    return replace(session, stack=tuple(_without(frame, secret) for frame in session.stack))


def _without(frame: Frame, secret: frozenset[str]) -> Frame:
    kept = {name: value for name, value in frame.slots.items() if name not in secret}
    return replace(frame, slots=kept)
