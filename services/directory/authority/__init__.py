"""What the directory answers other services: may this be shared, with whom, and who is this."""
