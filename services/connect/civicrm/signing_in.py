"""Opening both sides of a connection: what was sealed, whom it lets in, and how fast the other may be asked."""

import json
from typing import Any

from services.connect.civicrm.api import ATTEMPTS, Civi, Pace
from services.connect.civicrm.cando import Cando
from services.connect.civicrm.mapping import CiviMapping
from services.connect.models import Connection
from services.connect.public import EDGE
from services.kernel.context import Kernel
from services.kernel.outbound import Outbound
from services.kernel.secrets import Box, derived

PATIENCE = 30.0
_IMPATIENCE = 6.0
_PURPOSE = "connect:credentials"
_HASHES = "connect:links"


def seal(kernel: Kernel, credentials: dict[str, Any]) -> str:
    """Return credentials as they are kept."""
    return Box(kernel.settings.service_secret, _PURPOSE).seal(json.dumps(credentials).encode())


def unseal(kernel: Kernel, sealed: str) -> dict[str, str]:
    """Return what was sealed. Raises WrongSecret."""
    found: dict[str, str] = json.loads(Box(kernel.settings.service_secret, _PURPOSE).open(sealed))
    return found


def hash_key(kernel: Kernel) -> str:
    """Return the key of the hashes of what both sides say."""
    return derived(kernel.settings.service_secret, _HASHES)


def open_sides(
    kernel: Kernel, connection: Connection, mapping: CiviMapping, *, once: bool = False
) -> tuple[Civi, Cando]:
    """Return both sides of a connection, neither of them asked yet; `once` asks nothing twice. Raises WrongSecret."""
    told = unseal(kernel, connection.sealed)
    outbound = Outbound(allow=kernel.settings.outbound_allow, plain=False, timeout=_IMPATIENCE if once else PATIENCE)
    civi = Civi(outbound, connection.base_url, told["api_key"], Pace(mapping.per_second), 1 if once else ATTEMPTS)
    return civi, Cando(kernel.peers.apps[EDGE], told["client_id"], told["client_secret"])
