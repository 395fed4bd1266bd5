"""Finding what a community has: by words in any language, concept, place, time, cost and access."""
