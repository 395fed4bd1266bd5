"""Participants: who they are to us, how to reach them, whom they must not meet."""
