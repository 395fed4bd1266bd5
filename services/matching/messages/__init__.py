"""Relayed contact: what the two sides of a match write to each other before, and after, they know who they are."""
