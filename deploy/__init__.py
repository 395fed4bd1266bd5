"""Composition roots: the only place that knows which parts run where."""
