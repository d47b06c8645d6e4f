"""Cases and what agents did."""
