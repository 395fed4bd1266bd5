"""Reports on what is needed, what is there, and what is missing; nobody can be recognised in them."""
