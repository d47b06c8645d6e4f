"""Sends a saved reply as the agent's own words, and does to the case what belongs to it: the button "Saved replies"."""

from functools import partial

from core.people.conversations import UNRESOLVED
from hub.desk.button import Button
from hub.desk.forms.saved import SAVED
from hub.desk.replying.said_in_form import say_ready

BUTTON = Button(SAVED.id, SAVED.title, partial(say_ready, SAVED), 12, UNRESOLVED, needs="case:reply")
