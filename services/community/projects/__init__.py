"""Projects: agreed by a council, paid from a budget, evaluated after a trial."""
