"""Scripted conversations: a pure engine over flows and wording that are data; actions that only ask the store."""
