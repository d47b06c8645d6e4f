"""Speaks to a language model by the chat completions API, which many servers have."""
