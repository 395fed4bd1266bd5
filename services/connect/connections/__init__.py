"""Connections: which other systems an organisation has connected, and what came of each run."""
