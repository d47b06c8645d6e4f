"""Proves an order by a code that is sent to the phone or the mailbox on file."""
