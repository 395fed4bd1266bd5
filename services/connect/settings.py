"""What this room is told by its environment, beside what every service is."""

from services.kernel.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from `CANDO_…`."""
