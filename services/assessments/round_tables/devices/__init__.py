"""What devices deliver: many at once, late, and twice, with nothing lost and nothing doubled."""
