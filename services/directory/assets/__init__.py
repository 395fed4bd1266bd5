"""What a community already has: organisations, places and services."""
