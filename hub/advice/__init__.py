"""Asks a language model beside everything else what a customer's message means."""
