"""Needs and capabilities: instruments, one-to-one assessments, round tables, what they publish, and gap reports."""
