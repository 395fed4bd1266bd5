"""What every service process is told by its environment; each service adds its own on top."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict


class FromEnvironment(BaseSettings):
    """Read from `CANDO_…`; what the environment does not name may lie in a file of that name, as secrets do."""

    model_config = SettingsConfigDict(env_prefix="CANDO_", extra="ignore")

    secrets_folder: str = ""
    """A folder with a file for each setting that the environment shall not name: `cando_database_url` and so on."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Ask whoever calls first, then the environment, then the files of the folder that it names."""
        del dotenv_settings, file_secret_settings
        folder = os.environ.get("CANDO_SECRETS_FOLDER")
        files = (SecretsSettingsSource(settings_cls, secrets_dir=folder),) if folder and Path(folder).is_dir() else ()
        return init_settings, env_settings, *files


class ServiceSettings(FromEnvironment):
    """Read from `CANDO_…`. Documented in docs/configuration.md; a test fails when one is missing there."""

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
    """Half the database connections that this process opens at the most, as it needs them, and then keeps."""
    largest_body: int = 1_000_000
    """Bytes of a request body; imports may be sixteen times as large."""
    largest_upload: int = 512_000_000
    """Bytes of a file that is uploaded as a stream and never held whole."""
    patience: float = 1.0
    """How many times longer than usual to wait for a neighbour: for machines that are slow or busy."""
    ready_lag: float = Field(default=60.0, ge=30.0)
    """Seconds that this process may be behind with what others of its kind keep up with, before it is not ready."""
    outbound_allow: str = ""
    """`host:port`, separated by commas (`host:*` for every port), that may be asked although it lies inside."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    metrics_token: str = Field(default="", pattern=r"^(\S{16,})?$")
    """What Prometheus shows as bearer token to read `/metrics`, 16 characters or more; without it nobody reads it."""
    otlp_url: str = ""
    """An OpenTelemetry collector, such as http://collector:4318, that traces are sent to; empty: none are made."""
    trace_share: float = Field(default=0.1, ge=0, le=1)
    """How many of all requests are traced, decided by chance."""
