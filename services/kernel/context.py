"""What one running service holds: its database, clock, queue, neighbours. One per app, made in `app.build`."""

from dataclasses import dataclass

from services.kernel.bell import Bell
from services.kernel.caller import Verifier
from services.kernel.clock import Clock
from services.kernel.database import Database
from services.kernel.jobs import Jobs
from services.kernel.metrics import Metrics, Panel
from services.kernel.peers import Peers
from services.kernel.settings import ServiceSettings


@dataclass(frozen=True, slots=True)
class Kernel:
    """The running parts of one service."""

    name: str
    settings: ServiceSettings
    database: Database
    clock: Clock
    verifier: Verifier
    peers: Peers
    jobs: Jobs
    bell: Bell
    panel: Panel
    metrics: Metrics
