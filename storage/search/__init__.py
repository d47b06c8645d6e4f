"""Finds what was said by its words: the same terms in both databases, written by a job, removed with the words."""
