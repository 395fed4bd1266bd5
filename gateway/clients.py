"""The gateway's narrow view of the directory: which organisations there are, and whom an organisation may see."""

from uuid import UUID

from services.kernel.peers import Peers
from services.kernel.upstream import Answer, UpstreamUnavailable


async def create_organisation(peers: Peers, *, tenant: UUID, name: str) -> UUID:
    """Create the founding organisation of a new tenant and return its id. Raises UpstreamUnavailable."""
    answer = await peers.ask("directory", "POST", "/internal/organisations", tenant=tenant, body={"name": name})
    if answer.status not in (200, 201):
        raise UpstreamUnavailable(f"directory answered {answer.status}.")
    return UUID(answer.json()["id"])


async def organisation_exists(peers: Peers, *, tenant: UUID, id: UUID) -> bool:
    """Say whether the tenant has this organisation. Raises UpstreamUnavailable."""
    return _found(await peers.ask("directory", "GET", f"/internal/organisations/{id}", tenant=tenant))


async def participant_is_there_for(
    peers: Peers, *, tenant: UUID, id: UUID, organisation: UUID, staff: UUID | None
) -> bool:
    """Say whether this member of `organisation`'s staff may see a participant; without one, whether it may act as her.

    Raises UpstreamUnavailable.
    """
    query = {"organisation": str(organisation), "acting": str(staff is None).lower()}
    if staff is not None:
        query["staff"] = str(staff)
    return _found(await peers.ask("directory", "GET", f"/internal/participants/{id}", tenant=tenant, query=query))


def _found(answer: Answer) -> bool:
    if answer.status not in (200, 404):
        raise UpstreamUnavailable(f"directory answered {answer.status}.")
    return answer.status == 200
