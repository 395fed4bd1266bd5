"""Holds: hours kept back for an accepted match, posted when both sides confirm, free again when it ends."""
