"""The shipped instruments: one file per version, named after both. A released file never changes."""
