"""Participants: who they are to us, what they consented to, how to reach them, whom they must not meet."""
