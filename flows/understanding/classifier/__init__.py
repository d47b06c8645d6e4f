"""Classifies what a customer writes into intents, offline: n-grams and a sentence encoder, in numpy."""
