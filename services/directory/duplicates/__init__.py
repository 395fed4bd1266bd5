"""Entries that may be the same thing: suspected with reasons, refused for good, or merged, and taken apart again."""
