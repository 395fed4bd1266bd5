"""What matching is told by its environment, beyond what every service is."""

from pydantic import Field

from services.kernel.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from `CANDO_…`. Documented in docs/configuration.md."""

    consent_timeout: float = 2.0
    """Seconds within which the directory must say whom an answer may name; else the answer is 503."""
    match_days: int = 28
    """Days after which a proposal that not both sides have accepted expires, unless it names its own end."""
    index_tenants: int = 64
    """Communities whose listings one process keeps in memory for candidates; the least recently used goes first."""
    warm_seconds: float = Field(default=0.0, ge=0)
    """Seconds that a starting process may take to compile and to read communities' listings before it is ready."""
