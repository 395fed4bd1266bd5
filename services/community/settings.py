"""What this room is told by its environment, beside what every service is."""

from services.kernel.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from `CANDO_…`."""

    authority_timeout: float = 1.0
    """Seconds that a write waits for the directory to say whether consent is there."""
