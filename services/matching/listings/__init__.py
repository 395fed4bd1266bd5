"""What needs and offers share: the same shape, the same rules, looked at from two sides."""
