"""Answers the store's own calls, `/api/v1/…`: one module for each resource, whose ROUTES are found by being there."""
