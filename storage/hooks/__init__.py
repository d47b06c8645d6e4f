"""Keeps what hooks are asked: translations and transcripts for agents, without the words."""
