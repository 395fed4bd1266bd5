"""The rules of connections: when one may run, and what a run can come to."""

from datetime import timedelta
from typing import Literal

from services.kernel.problems import Conflict

Schedule = Literal["off", "hourly"]
RunState = Literal["queued", "running", "finished", "interrupted", "failed", "cancelled"]
"""interrupted: one side gave out, the next run goes on. failed: nothing will come of the next one either."""
Outcome = Literal["created", "updated", "unchanged", "skipped", "refused", "conflict"]
Entity = Literal["contact", "need", "offer", "match"]
EVERY_HOUR = timedelta(hours=1)
CLAIM_LIVES = timedelta(minutes=5)
"""How long a worker may be silent before another takes its run: longer than any pause it makes."""


class ConnectionExists(Conflict):
    slug = "connection-exists"
    title = "Your organisation has a connection of this name already"


class RunUnderWay(Conflict):
    slug = "run-under-way"
    title = "This connection is being run"


class CheckUnderWay(Conflict):
    slug = "check-under-way"
    title = "This connection is being tried"


class ConnectionPaused(Conflict):
    slug = "connection-paused"
    title = "This connection is paused"
