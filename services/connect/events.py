"""The facts that this room publishes: ids and states, no names, no texts."""
