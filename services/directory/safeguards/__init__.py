"""What safety gates may know of a participant, and the checks seen: which, until when, and never what they say."""
