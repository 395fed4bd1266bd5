"""The names of places: the named parts of the neighbourhood, and its postcodes."""
