"""Fetches files of customers and agents safely, recognises them by their content, keeps them in a folder or bucket."""
