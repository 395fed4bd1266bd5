"""What every service process is told by its environment; each service adds its own on top."""

from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Read from `CANDO_…`. Documented in docs/configuration.md; a test fails when one is missing there."""

    model_config = SettingsConfigDict(env_prefix="CANDO_", extra="ignore")

    database_url: str = "postgresql:///cando"
    """PostgreSQL of this service, under its own runtime role."""
    service_secret: str = ""
    """What the service shows the gateway to obtain its tokens."""
    gateway_url: str = "http://127.0.0.1:8000"
    directory_url: str = "http://127.0.0.1:8001"
    assessments_url: str = "http://127.0.0.1:8002"
    matching_url: str = "http://127.0.0.1:8003"
    timebank_url: str = "http://127.0.0.1:8004"
    community_url: str = "http://127.0.0.1:8005"
    connect_url: str = "http://127.0.0.1:8006"
    pool: int = 8
    """Database connections this process keeps; twice as many at a peak."""
    largest_body: int = 1_000_000
    """Bytes of a request body; imports may be sixteen times as large."""
    largest_upload: int = 512_000_000
    """Bytes of a file that is uploaded as a stream and never held whole."""
    patience: float = 1.0
    """How many times longer than usual to wait for a neighbour: for machines that are slow or busy."""
    outbound_allow: str = ""
    """`host:port`, separated by commas (`host:*` for every port), that may be asked although it lies inside."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
