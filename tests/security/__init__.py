"""What one organisation must not do to another, nor to a person who trusted it with one thing."""
