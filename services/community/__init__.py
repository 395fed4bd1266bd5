"""What follows from a round table: councils, projects, action plans, rotas and co-production labs."""
