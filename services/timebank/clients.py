"""The time bank's narrow view of the directory: whether an owner is there, for this organisation."""

from uuid import UUID

from services.kernel.problems import Invalid
from services.kernel.upstream import UpstreamUnavailable
from services.kernel.work import Work
from services.timebank.domain import Owner


async def check_owner(work: Work, owner: Owner, *, organisation: UUID) -> None:
    """Raise Invalid unless `owner` exists and, if a person, lets `organisation` keep her account.

    An unknown person and one without consent are answered alike.
    """
    known = owner.id == work.tenant
    if owner.kind == "participant":
        known = await _allowed(work, owner.id, organisation=organisation)
    elif owner.kind == "organisation":
        path = f"/internal/organisations/{owner.id}"
        known = _known((await work.peers.ask("directory", "GET", path, tenant=work.tenant)).status)
    if not known:
        raise Invalid.field("/owner/id", "is not known here")


async def _allowed(work: Work, person: UUID, *, organisation: UUID) -> bool:
    body = {"people": [str(person)], "organisation": str(organisation), "purpose": "timebank"}
    answer = await work.peers.ask("directory", "POST", "/internal/authority", tenant=work.tenant, body=body)
    if not _known(answer.status):
        return False
    said = answer.json()["people"].get(str(person), {})
    return said.get("allowed") is True


def _known(status: int) -> bool:
    if status not in (200, 404):
        raise UpstreamUnavailable(f"directory answered {status}.")
    return status == 200
