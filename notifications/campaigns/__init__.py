"""Plans one notice to many customers: who is due, by which date, what each would get."""
