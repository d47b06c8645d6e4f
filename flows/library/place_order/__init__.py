"""Takes what somebody wants to buy, or an offer for."""
