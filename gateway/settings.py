"""Settings of the gateway: what every service has, the installation's secret, and what the edge grants and waits."""

from pydantic import Field

from services.kernel.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from `CANDO_…`."""

    secret: str = Field(min_length=32)
    """The one secret of the installation; every key and password is derived from it. At least 32 characters."""
    token_seconds: int = Field(default=900, ge=60, le=900)
    """How long an access token lives."""
    upstream_timeout: float = Field(default=30.0, gt=0)
    """Seconds that a service may take before the edge answers 503 in its place."""
    default_tenant: str = ""
    """The slug of the tenant that `/open-referral-uk/` shows; empty: the only one there is."""
    public_url: str = ""
    """What absolute links start with, such as https://api.example.org; empty: links are relative."""
