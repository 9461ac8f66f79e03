"""Checks by hand, their addresses, and what they add to a household's story."""
