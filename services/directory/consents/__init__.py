"""Consent: grants to a named organisation for one purpose, and the ends of them. Rows are added, never changed."""
