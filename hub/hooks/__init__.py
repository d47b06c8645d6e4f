"""Asks hooks for agents, beside everything else: what words mean in another language, and what recordings say."""
