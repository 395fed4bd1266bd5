"""Co-production labs: citizens and staff with a question, their meetings, and what came of it."""
