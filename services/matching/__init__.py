"""Needs, offers and what brings them together: candidates with reasons, matches through all their states, hours."""
