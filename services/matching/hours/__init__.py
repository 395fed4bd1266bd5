"""Hours: time given on a match, true once both sides have confirmed it."""
