"""A second directory beside the house, reached directly: what it answers other services, over HTTP like anything else."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from deploy.database import runtime_url
from services.directory.app import create_app
from services.directory.settings import Settings
from services.kernel.secrets import derived
from tests.town import Quarter, Town, ok, served

Inside = Callable[[Quarter], httpx.Client]


@pytest.fixture(scope="session")
def inside(town: Town) -> Iterator[Inside]:
    """Return what opens the directory to matching, in the name of one tenant."""
    settings = Settings(
        database_url=runtime_url(town.admin_url, "directory", town.secret),
        service_secret=derived(town.secret, "service:directory"),
        gateway_url=town.url,
        pool=2,
    )
    with served(create_app(settings)) as url:
        yield lambda quarter: _as_matching(town, quarter, url)


def _as_matching(town: Town, quarter: Quarter, url: str) -> httpx.Client:
    secret = {"authorization": f"Bearer {derived(town.secret, 'service:matching')}"}
    asked = {"service": "matching", "tenant": quarter.id}
    token = ok(town.http().post("/internal/service-tokens", json=asked, headers=secret))["token"]
    town.clients.append(httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=30))
    return town.clients[-1]
