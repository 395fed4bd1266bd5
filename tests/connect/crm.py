"""A neighbourhood whose council has a CiviCRM: the stand-in, the connection to it, and what tests do with both."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest

from deploy.database import runtime_url
from services.connect.app import create_app
from services.connect.civicrm import running, signing_in
from services.connect.civicrm.api import Pace
from services.connect.settings import Settings
from services.kernel.clock import Clock, system_clock
from services.kernel.context import Kernel
from services.kernel.secrets import derived
from tests.connect.civicrm_stub import CiviStub
from tests.town import Quarter, Town, ok, served

MAPPING: dict[str, Any] = {
    "time_zone": "Europe/London", "per_second": 50, "reference": "Cando.reference",
    "contacts": {"group": "Cando", "consent": {"field": "Cando.consent", "notice_version": "2026-01"}},
    "activities": [{"type": "Cando need", "kind": "need"}, {"type": "Cando offer", "kind": "offer"}],
    "matches": {"type": "Cando match"},
}  # fmt: skip
ENDED = {"finished", "interrupted", "failed", "cancelled"}


@dataclass
class Crm:
    """The stand-in, and the connection to it."""

    quarter: Quarter
    stub: CiviStub
    url: str
    slept: list[float]
    kernel: Kernel
    ended: threading.Event = field(default_factory=threading.Event)
    made: dict[str, Any] = field(default_factory=dict)

    def connect(self, **changes: Any) -> dict[str, Any]:
        """Connect the council's CRM under a name of its own."""
        told = self.quarter.credentials(name="crm")
        body = {
            "name": f"crm-{uuid4().hex[:8]}", "base_url": self.url, "api_key": self.stub.key, "mapping": MAPPING,
            "client_id": told["client_id"], "client_secret": told["client_secret"], **changes,
        }  # fmt: skip
        self.made = ok(self.quarter.council.post("/v1/connections", json=body))
        return self.made

    @property
    def path(self) -> str:
        return f"/v1/connections/{self.made['id']}"

    @property
    def system(self) -> str:
        return f"civicrm:{self.made['name']}"

    def run(self, **how: Any) -> dict[str, Any]:
        """Run the connection, and wait for how it ends."""
        self.ended.clear()
        started = ok(self.quarter.council.post(f"{self.path}:run", json=how))
        assert self.ended.wait(60)
        told: dict[str, Any] = ok(self.quarter.council.get(f"{self.path}/runs/{started['id']}"))
        assert told["state"] in ENDED, told
        return told

    def finished(self, **how: Any) -> dict[tuple[str, str, str], int]:
        """Run the connection to its end; return what it did, without what it left as it was."""
        told = self.run(**how)
        assert (told["state"], told["reason"]) == ("finished", None), told
        return counted(told)

    def lines(self, run: dict[str, Any] | None = None) -> list[tuple[str, str, str, str | None]]:
        """Return what the last run did, thing by thing."""
        last = run["id"] if run else ok(self.quarter.council.get(self.path))["last_run_id"]
        found = ok(self.quarter.council.get(f"{self.path}/runs/{last}/lines", params={"limit": 200}))["items"]
        return [(one["entity"], one["direction"], one["outcome"], one["reason"]) for one in found]

    def mine(self, kind: str) -> list[dict[str, Any]]:
        """Return the needs or offers that came from the CRM."""
        every = ok(self.quarter.council.get(f"/v1/{kind}s", params={"limit": 200}))["items"]
        return [one for one in every if any(name["system"] == self.system for name in one["external_ids"])]

    def person(self, contact: int) -> dict[str, Any] | None:
        """Return the participant that a contact is."""
        every = ok(self.quarter.council.get("/v1/participants", params={"limit": 200}))["items"]
        named = {"system": self.system, "value": str(contact)}
        return next((one for one in every if named in one["external_ids"]), None)


def apart(town: Town, clock: Clock = system_clock) -> Kernel:
    """Return the kernel of a second connect that is not started: a worker of its own, beside the house's."""
    settings = Settings(
        database_url=runtime_url(town.admin_url, "connect", town.secret), gateway_url=town.url, pool=2,
        service_secret=derived(town.secret, "service:connect"), outbound_allow="127.0.0.1:*",
    )  # fmt: skip
    kernel: Kernel = create_app(settings, clock=clock).state.kernel
    return kernel


def counted(told: dict[str, Any]) -> dict[tuple[str, str, str], int]:
    return {
        (one["entity"], one["direction"], outcome): one[outcome]
        for one in told["counts"]
        for outcome in ("created", "updated", "skipped", "refused", "conflict")
        if one[outcome]
    }


@contextlib.contextmanager
def crm_of(quarter: Quarter, town: Town, patch: pytest.MonkeyPatch) -> Iterator[Crm]:
    """Open a stand-in that the house may ask, and make nobody wait."""
    assert town.house
    stub, slept, kernel = CiviStub(), list[float](), town.house.apps["connect"].state.kernel

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    patch.setattr(signing_in, "Pace", lambda per_second: Pace(per_second, sleep=sleep))
    with served(stub.app()) as url:
        patch.setattr(kernel.settings, "outbound_allow", url.removeprefix("http://"))
        crm = Crm(quarter, stub, url, slept, kernel)
        end = running._end

        async def tell(*how: Any) -> None:
            await end(*how)
            crm.ended.set()

        patch.setattr(running, "_end", tell)
        yield crm


def always(wrong: Any, *, of: str = "", times: int = 10**6) -> Callable[[str, str], Any]:
    """Return a trouble that an entity has so many times."""
    left = [times]

    def trouble(entity: str, action: str) -> Any:
        if (of and entity != of) or left[0] <= 0:
            return None
        left[0] -= 1
        return wrong(entity, action)

    return trouble
