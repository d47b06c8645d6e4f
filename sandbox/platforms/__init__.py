"""Stand-ins that speak the platforms' real HTTP APIs."""
