"""What matching tells other services: the states of things, and hours."""
