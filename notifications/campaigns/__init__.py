"""One notice to many: who is due, by which date, what each would get."""
