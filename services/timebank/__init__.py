"""The time bank: hours as credits, one hour given for one credit, whatever the skill."""
