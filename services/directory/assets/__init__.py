"""What a community already has: organisations, groups, micro-providers, places, services, activities."""
