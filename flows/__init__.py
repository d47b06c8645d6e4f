"""Runs scripted conversations: a pure engine over flows and wording that are data; actions only ask the store."""
