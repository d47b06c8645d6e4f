"""Shows conversations, whole or in lists, as the read API, the commands and the pages have them."""
