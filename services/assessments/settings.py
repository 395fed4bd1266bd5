"""What this room is told by its environment, beside what every service is."""

from pydantic import Field

from services.kernel.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from `CANDO_…`."""

    report_threshold: int = Field(default=5, ge=3)
    """Counts in reports below this number, other than zero, are not shown. Below three nothing would be hidden."""
    authority_timeout: float = 1.0
    """Seconds that a write waits for the directory to say whether consent is there."""
