"""Keeps what a language model was asked, and what it chose: no words."""
