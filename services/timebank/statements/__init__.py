"""Statements: what happened on an account in some time, in seconds, and apart from that how often it took part."""
