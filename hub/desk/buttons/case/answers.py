"""Sends an answer of the store's as the agent's own words: the button "Suggested answers"."""

from functools import partial

from core.people.conversations import UNRESOLVED
from hub.desk.button import Button
from hub.desk.forms.answers import ANSWERS
from hub.desk.replying.said_in_form import say_ready

BUTTON = Button(ANSWERS.id, ANSWERS.title, partial(say_ready, ANSWERS), 13, UNRESOLVED, row=1, needs="case:reply")
