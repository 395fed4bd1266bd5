"""Records that another system pushes in bulk, one JSON object a line: read, ordered, taken in batches, answered."""
