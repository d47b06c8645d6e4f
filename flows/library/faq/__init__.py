"""Answers general questions by what the store wrote."""
