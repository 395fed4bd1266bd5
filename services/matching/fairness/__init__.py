"""What a community decides about the score: how much fairness counts and which weights stand; and how fair it is."""
