"""Many evenings together: how many people, of which kind and language, and what they laid."""
