"""The same journey where the gateway and each service are processes of their own, and one of them goes missing."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from deploy.database import prepare, runtime_url
from deploy.demo.client import Instance, Refused, wait_for
from deploy.demo.founding import Quarter, found_hazelbrook, register
from deploy.demo.journeys import partner_app
from deploy.demo.neighbourhood import GOOD_NEIGHBOURS, Neighbour
from deploy.demo.story import silent
from gateway.bootstrap import ensure_bootstrap_key
from services.kernel.clock import system_clock
from services.kernel.database import Database
from services.kernel.secrets import derived
from tests.conftest import SECRET

PARTS = ("gateway", "directory", "assessments", "matching", "timebank", "community", "connect")
_STARTS_WITHIN = 60.0


def _free_ports() -> Mapping[str, int]:
    with ExitStack() as held:
        sockets = {name: held.enter_context(socket.socket()) for name in PARTS}
        for one in sockets.values():
            one.bind(("127.0.0.1", 0))
        return {name: one.getsockname()[1] for name, one in sockets.items()}


@dataclass
class Street:
    """Cando as seven processes on loopback ports, on one database."""

    admin_url: str
    log: Path
    ports: Mapping[str, int] = field(default_factory=_free_ports)
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)

    def url(self, part: str) -> str:
        return f"http://127.0.0.1:{self.ports[part]}"

    def start(self, part: str) -> None:
        """Start one part with nothing but its environment."""
        module = "gateway" if part == "gateway" else f"services.{part}"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CANDO_")}
        environment |= {f"CANDO_{one.upper()}_URL": self.url(one) for one in PARTS}
        environment |= self.told
        environment["CANDO_DATABASE_URL"] = runtime_url(self.admin_url, part, SECRET)
        if part == "gateway":
            environment["CANDO_SECRET"] = SECRET
        else:
            environment["CANDO_SERVICE_SECRET"] = derived(SECRET, f"service:{part}")
        command = [
            sys.executable, "-m", "uvicorn", f"{module}.app:create_app", "--factory", "--port", str(self.ports[part]),
            "--log-level", "warning", "--timeout-graceful-shutdown", "2",
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self.processes[part] = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def stop(self, part: str) -> None:
        """End one part, by its own handle."""
        process = self.processes.pop(part)
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(15)

    @contextlib.contextmanager
    def standing(self) -> Iterator[None]:
        """Have every part running while the context is open."""
        try:
            for part in PARTS:
                self.start(part)
            for part in reversed(PARTS):
                self.wait_until_ready(part)
            yield
        finally:
            for part in list(self.processes):
                self.stop(part)

    def wait_until_ready(self, part: str) -> None:
        """Wait until one part answers that it is ready."""
        until = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < until:
            assert self.processes[part].poll() is None, self.log.read_text()[-2000:]
            try:
                if httpx.get(f"{self.url(part)}/ready").is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        raise AssertionError(f"{part} is not ready: {self.log.read_text()[-2000:]}")


async def bootstrap_key(admin_url: str) -> str:
    """Return the key of a new installation."""
    database = Database(runtime_url(admin_url, "gateway", SECRET), schema="gateway")
    try:
        return await ensure_bootstrap_key(database, SECRET, system_clock) or ""
    finally:
        await database.close()


@pytest.fixture(scope="module")
def street(new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    admin_url = new_database()
    prepare(admin_url, SECRET)
    street = Street(admin_url, tmp_path_factory.mktemp("street") / "log")
    with street.standing():
        yield street


@pytest.fixture(scope="module")
def quarter(street: Street) -> Iterator[Quarter]:
    with Instance(street.url("gateway"), asyncio.run(bootstrap_key(street.admin_url))) as instance:
        yield found_hazelbrook(instance)


def test_the_first_journey_passes_in_full_where_every_service_is_its_own_process(quarter: Quarter) -> None:
    seen = partner_app.play(silent(), quarter)
    assert seen.states == ["proposed", "proposed", "accepted", "introduced", "active", "completed"]
    assert seen.contacts == ["01632 960 102", "01632 960 101"]
    assert seen.balances_after == {"Leyla": -5400, "Margaret": 5400}
    assert seen.gap_after["unmet"] != seen.gap_before["unmet"]
    assert seen.seen_before_revoking
    assert not seen.seen_after_revoking


def test_while_matching_is_down_only_its_routes_answer_503_and_later_it_catches_up(
    street: Street, quarter: Quarter
) -> None:
    register(quarter, GOOD_NEIGHBOURS, [Neighbour("Dilan", {"tr": "native", "en": "good"})])
    app = quarter.api(GOOD_NEIGHBOURS)
    street.stop("matching")
    with pytest.raises(Refused) as refused:
        app.get("/v1/offers")
    assert (refused.value.status, refused.value.slug) == (503, "upstream-unavailable")
    assert app.get("/v1/participants")["items"]
    published = _publish_an_offer(quarter)
    street.start("matching")
    street.wait_until_ready("matching")

    def arrived() -> bool:
        offers = app.get("/v1/offers", participant_id=quarter.people["Dilan"])["items"]
        return [one["title"] for one in offers] == [published]

    assert wait_for(arrived, what="The offer that was published while matching was down", patience=60)


def _publish_an_offer(quarter: Quarter) -> str:
    app = quarter.api(GOOD_NEIGHBOURS)
    instrument = next(one for one in app.each("/v1/instruments") if one["name"] == "needs-and-capabilities")
    body = {"participant_id": quarter.people["Dilan"], "instrument_id": instrument["id"], "language": "en"}
    home = f"/v1/assessments/{app.post('/v1/assessments', body)['id']}"
    answers = {"activities": [{"text": "I mend clothes", "category": "household"}], "willing": "yes", "needs": []}
    for question, value in answers.items():
        app.put(f"{home}/answers/{question}", {"value": value})
    app.post(f"{home}:complete")
    capability = app.get(f"{home}/capabilities")["items"][0]
    consent = {"given": True, "method": "spoken", "language": "en"}
    terms = {"title": "Mending clothes", "consent": consent}
    return str(app.post(f"{home}/capabilities/{capability['id']}:publish", terms)["title"])
