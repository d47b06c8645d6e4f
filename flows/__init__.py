"""Scripted conversations: a pure engine over flows, wording and phrases that are data; actions that ask a read-only store."""
