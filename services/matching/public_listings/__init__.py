"""What anybody may read of needs and offers: those whose owners chose it, in the Murmurations offers-wants schema."""
