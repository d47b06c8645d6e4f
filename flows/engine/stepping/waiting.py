"""Lets flows wait for what happens elsewhere, or for a time: a short while on the stack, for longer set aside.

Whatever a session waits for stands in it; `changes` compares two sessions and says what is to be scheduled.
"""

from collections.abc import Iterator
from datetime import timedelta

from msgspec.structs import replace

from core.files.durations import duration
from core.templating.sandbox import ExpressionFailed
from flows.engine.dialog import Dialog
from flows.engine.effects import Effect, Schedule, Unschedule
from flows.engine.events import External
from flows.engine.session import Entry, Frame, Session, Wait
from flows.engine.versions import settled

TIME, REMINDER = "time", "reminder"  # the names by which what was scheduled comes back
LONG = timedelta(minutes=10)  # from here on a wait leaves the stack to others
MOST_ASIDE = 8  # flows; of more the oldest ends
ANSWERED_IN = timedelta(days=400)  # the longest wait


def begin(dialog: Dialog, name: str, key: str, length: str) -> bool:
    """Begins to wait in the top frame; tells whether the flow was set aside. Raises ExpressionFailed."""
    try:
        time = min(duration(length), ANSWERED_IN)
    except ValueError as error:
        raise ExpressionFailed(str(error), str(error)) from error
    dialog.change(wait=Wait(dialog.new_id(), dialog.now + time, name, key))
    if time >= LONG:
        set_aside(dialog)
    return time >= LONG


def arrive(dialog: Dialog, event: External) -> bool:
    """Ends every wait for this; false when nothing waits for it."""
    found = False
    for frames in (dialog.stack, *(aside := [list(frames) for frames in dialog.aside])):
        for place, frame in enumerate(frames):
            if frame.wait is not None and _is_for(frame.wait, event):
                frames[place] = replace(frame, wait=replace(frame.wait, over=True, value=event.value))
                found = True
    dialog.aside = [tuple(frames) for frames in aside]
    return found


def forget(session: Session, event: External) -> Session:
    """Returns the session without what waits for this: a person goes on from here, and the flow does not."""
    reminder = session.reminder
    if reminder is not None and event.name == REMINDER and event.key == reminder.id:
        return replace(session, reminder=None)
    dialog_stack = () if _waits_for(session.stack, event) else session.stack
    aside = tuple(frames for frames in session.aside if not _waits_for(frames, event))
    if dialog_stack == session.stack and aside == session.aside:
        return session
    cleared = replace(session, stack=dialog_stack, aside=aside)
    return cleared if session.stack == dialog_stack else replace(cleared, awaiting="", last_choices=(), reminder=None)


def forget_all(session: Session) -> Session:
    """Returns the session without anything that would come back by itself."""
    stack = () if any(frame.wait for frame in session.stack) else session.stack
    return replace(session, stack=stack, aside=(), reminder=None)


def set_aside(dialog: Dialog) -> None:
    """Takes the flow that is seen off the stack, with its callers, until what it waits for has come."""
    index = dialog.visible()
    frames = dialog.stack[index:]
    dialog.aside.append((replace(frames[0], entry=Entry.ROOT), *frames[1:]))
    del dialog.stack[index:]
    if len(dialog.aside) > MOST_ASIDE:
        gone = dialog.aside.pop(0)
        dialog.track("flow_expired", flow=gone[0].flow, step=gone[0].step)


def make_room(dialog: Dialog) -> None:
    """Ends everything that runs, but for what waits: that is set aside."""
    dialog.still()
    while dialog.stack:
        if any(frame.wait is not None for frame in dialog.stack[dialog.visible() :]):
            set_aside(dialog)
        else:
            del dialog.stack[dialog.visible() :]


def take_up(dialog: Dialog) -> bool:
    """Goes on, while nothing else runs, with a flow that was set aside and has what it waited for."""
    for place, frames in enumerate(dialog.aside):
        if not dialog.handed_over and (frames[-1].wait is None or frames[-1].wait.over):
            del dialog.aside[place]
            dialog.stack.extend(settled(dialog.flows, frames))
            if dialog.stack:
                dialog.track("flow_taken_up", flow=dialog.stack[0].flow)
                return True
            return take_up(dialog)
    return False


def changes(before: Session, after: Session) -> Iterator[Effect]:
    """Lists what is to be scheduled and what no longer is."""
    if before.aside is after.aside and before.stack is after.stack and before.reminder is after.reminder:
        return
    was, now = _alarms(before), _alarms(after)
    yield from (Unschedule(key) for key in was if key not in now)
    yield from (alarm for key, alarm in now.items() if key not in was)


def _alarms(session: Session) -> dict[str, Schedule]:
    frames = [*session.stack, *(frame for frames in session.aside for frame in frames)]
    waits = [frame.wait for frame in frames if frame.wait is not None and not frame.wait.over]
    found = {wait.id: Schedule(TIME, wait.until, wait.id, wait.name, wait.key) for wait in waits}
    if session.reminder is not None:
        found[session.reminder.id] = Schedule(REMINDER, session.reminder.at, session.reminder.id)
    return found


def _waits_for(frames: tuple[Frame, ...], event: External) -> bool:
    return any(frame.wait is not None and _is_for(frame.wait, event) for frame in frames)


def _is_for(wait: Wait, event: External) -> bool:
    if wait.over:
        return False
    timed_out = event.name == TIME and event.key == wait.id
    return timed_out or (wait.name != "" and (event.name, event.key) == (wait.name, wait.key))
