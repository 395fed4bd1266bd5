"""The facts that this room publishes: ids and states, no names, no texts."""

RUN_ENDED = "connection.run_ended"


def connection(happened: str) -> str:
    """Return the fact that a connection was created, changed, paused, resumed or deleted."""
    return f"connection.{happened}"
