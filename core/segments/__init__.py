"""Says whom a campaign goes to: a condition over customers, read and checked before any row is asked."""
