"""Settings of the gateway: what every service has, the installation's secret, and what the edge grants and waits."""

from pydantic import Field

from gateway.limits.addresses import Networks
from services.kernel.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from `CANDO_…`."""

    secret: str = Field(min_length=32)
    """The one secret of the installation; every key and password is derived from it. At least 32 characters."""
    token_seconds: int = Field(default=900, ge=60, le=900)
    """How long an access token lives."""
    signing_key_days: int = Field(default=30, ge=1, le=3650)
    """After how many days the key that internal tokens are signed with is followed by a new one."""
    upstream_timeout: float = Field(default=30.0, gt=0)
    """Seconds that a service may take before the edge answers 503 in its place."""
    default_tenant: str = ""
    """The slug of the tenant that `/open-referral-uk/` shows; empty: the only one there is."""
    public_url: str = ""
    """What absolute links start with, such as https://api.example.org; empty: links are relative."""
    rate_client: int = Field(default=30_000, ge=0, le=10_000_000)
    """Requests a minute of one API client, with all its tokens together; 0: no limit."""
    rate_tenant: int = Field(default=60_000, ge=0, le=10_000_000)
    """Requests a minute of all clients of a tenant together; 0: no limit."""
    rate_address: int = Field(default=12_000, ge=0, le=10_000_000)
    """Requests a minute, from one address, that need no token or fail to show a good one; 0: no limit."""
    client_at_once: int = Field(default=64, ge=0)
    """Requests of one client that one gateway process has under way at a time; 0: no limit."""
    client_waits: int = Field(default=16, ge=0)
    """Long polls (`/v1/events?wait=…`) of one client that one gateway process holds at a time; 0: no limit."""
    trusted_proxies: Networks = ""
    """Networks, separated by commas, of the proxies whose `X-Forwarded-For` is believed; empty: nobody's is."""
