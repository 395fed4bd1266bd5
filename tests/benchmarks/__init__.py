"""Benchmarks: the engine beside its peers in one run, on a synthetic country. `make bench` runs them."""
