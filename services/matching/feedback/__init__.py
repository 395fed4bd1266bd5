"""What is said about a match: feedback from each side, and the risks that were weighed."""
