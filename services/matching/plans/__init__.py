"""Plans: questions about the whole community, worked out in the background: allocations, rings and labs."""
