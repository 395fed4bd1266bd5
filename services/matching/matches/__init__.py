"""Matches: a need and an offer brought together, through all their states."""
