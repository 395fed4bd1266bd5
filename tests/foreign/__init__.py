"""Checkers from other houses that the tests hand our answers to: npm packages, pinned and locked in this folder."""
