"""Puts to a language model what nobody here understood, and takes from it nothing but ids of ours."""
