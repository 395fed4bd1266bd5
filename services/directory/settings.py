"""Settings of the directory: nothing beyond what every service has."""

from services.kernel.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from `CANDO_…`."""
