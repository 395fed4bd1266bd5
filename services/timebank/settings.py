"""What the time bank is told by its environment, beside what every service is."""

from services.kernel.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from `CANDO_…`."""

    debit_limit_seconds: int = 36_000
    """How far a new account may go below zero: ten hours, so that somebody can receive before having given."""
