"""What the directory asks its neighbours about one person: everything they hold, or to let it go."""

from typing import Any
from uuid import UUID

from services.kernel.peers import Peers
from services.kernel.upstream import Answer, UpstreamUnavailable

Tables = dict[str, list[dict[str, Any]]]
_PATIENCE = 30.0


async def held(peers: Peers, service: str, person: UUID, *, tenant: UUID) -> Tables:
    """Return what `service` holds about a person, by table. Raises UpstreamUnavailable."""
    answer = await peers.ask(service, "GET", f"/internal/subjects/{person}", tenant=tenant, timeout=_PATIENCE)
    tables: Tables = _tables(answer, service)
    return tables


async def erase(peers: Peers, service: str, person: UUID, *, tenant: UUID) -> dict[str, int]:
    """Let `service` take away all about a person; return how many rows by table. Raises UpstreamUnavailable."""
    answer = await peers.ask(service, "POST", f"/internal/subjects/{person}:erase", tenant=tenant, timeout=_PATIENCE)
    counts: dict[str, int] = _tables(answer, service)
    return counts


def _tables(answer: Answer, service: str) -> Any:
    if answer.status != 200:
        raise UpstreamUnavailable(f"{service} answered {answer.status}.")
    try:
        return answer.json()["tables"]
    except (ValueError, KeyError, TypeError):
        raise UpstreamUnavailable(f"{service} answered what cannot be read.") from None
