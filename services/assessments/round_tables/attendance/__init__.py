"""Who came: by name, or as a count only."""
