"""The journeys: each plays its part over HTTP, tells it, and returns the facts that the tests look at."""
