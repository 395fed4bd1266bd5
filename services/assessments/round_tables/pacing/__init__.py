"""Keeping the tables in step: which question each is at, where strengths fall behind, what helps to come back."""
