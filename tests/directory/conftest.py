"""A second directory beside the house, reached directly: what it answers other services, over HTTP like anything else."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from deploy.database import runtime_url
from services.directory.app import create_app
from services.directory.settings import Settings
from services.kernel.context import Kernel
from services.kernel.secrets import derived
from tests.caseworkers import Worker, hire
from tests.directory.public_feed import Feed, fill
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
    app = create_app(settings)
    jobs = app.state.kernel.jobs
    jobs.working = lambda _: jobs.open()  # the house does the work: this one reaches no neighbours
    with served(app) as url:
        yield lambda quarter: _as_matching(town, quarter, url)


def _as_matching(town: Town, quarter: Quarter, url: str) -> httpx.Client:
    secret = {"authorization": f"Bearer {derived(town.secret, 'service:matching')}"}
    asked = {"service": "matching", "tenant": quarter.id}
    token = ok(town.http().post("/internal/service-tokens", json=asked, headers=secret))["token"]
    town.clients.append(httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=30))
    return town.clients[-1]


def kernel_of(town: Town) -> Kernel:
    """Return the kernel of a directory that is not started: hourly tasks need its database and its clock."""
    address = runtime_url(town.admin_url, "directory", town.secret)
    kernel: Kernel = create_app(Settings(database_url=address, pool=1, gateway_url=town.url)).state.kernel
    return kernel


@pytest.fixture
def worker(hazelbrook: Quarter) -> Worker:
    """A member of the council's staff who is assigned to nobody yet."""
    return hire(hazelbrook)


@pytest.fixture(scope="session")
def feed(town: Town) -> Feed:
    """A neighbourhood with one of everything, shown to the public."""
    return fill(town)
