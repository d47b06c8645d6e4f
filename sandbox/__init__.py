"""Stand-ins for the messaging platforms that speak their real HTTP APIs, and a page to play with them."""
