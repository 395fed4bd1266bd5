"""People as assets: what a participant chose to show of herself, and to whom."""
