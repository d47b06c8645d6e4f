"""Shows the store how its service is doing: conversations to look at, and numbers with what they mean."""
