"""The fixed words of summaries and prompts, as a table that speakers can correct."""
