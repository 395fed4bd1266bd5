"""Transfers: hours that go from one account to another, and back when they were a mistake."""
