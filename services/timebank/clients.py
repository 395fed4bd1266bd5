"""The time bank's narrow view of the directory: which owners are there, and whom a member of staff looks after."""

from collections.abc import Collection
from uuid import UUID

from pydantic import BaseModel, ValidationError

from services.kernel.problems import Invalid
from services.kernel.upstream import Answer, UpstreamUnavailable
from services.kernel.work import Work
from services.timebank.domain import Owner

_MOST_ASKED = 500
_COLLECTIONS = {"organisation": "organisations", "group": "groups"}


class _Verdict(BaseModel):
    allowed: bool = False


class _Verdicts(BaseModel):
    people: dict[UUID, _Verdict]


class _InCare(BaseModel):
    people: frozenset[UUID]


async def check_owner(work: Work, owner: Owner, *, organisation: UUID) -> None:
    """Raise Invalid unless `owner` exists and, if a person, lets `organisation` keep her account.

    An unknown person, one without consent, and one whom a member of staff is not assigned to are answered alike.
    """
    if owner not in await known_owners(work, [owner], organisation=organisation):
        raise Invalid.field("/owner/id", "is not known here")


async def known_owners(work: Work, owners: Collection[Owner], *, organisation: UUID) -> set[Owner]:
    """Return those of `owners` that exist and, if people, let `organisation` keep their accounts. People in batches."""
    people = sorted({owner.id for owner in owners if owner.kind == "participant"})
    known = {Owner("community", work.tenant)}
    for start in range(0, len(people), _MOST_ASKED):
        batch = people[start : start + _MOST_ASKED]
        allowed = await _allowed(work, batch, organisation=organisation, staff=work.caller.staff)
        known |= {Owner("participant", one) for one in allowed}
    for owner in sorted(set(owners)):
        if owner.kind in _COLLECTIONS and await _is_there(work, owner):
            known.add(owner)
    return known & set(owners)


async def consenting(work: Work, people: Collection[UUID], *, organisation: UUID) -> set[UUID]:
    """Return those of `people` who let `organisation` keep their accounts, now; nobody while that cannot be asked."""
    found: set[UUID] = set()
    asked = sorted(set(people))
    try:
        for start in range(0, len(asked), _MOST_ASKED):
            found |= await _allowed(work, asked[start : start + _MOST_ASKED], organisation=organisation, staff=None)
    except UpstreamUnavailable:
        return set()
    return found


async def _is_there(work: Work, owner: Owner) -> bool:
    path = f"/internal/{_COLLECTIONS[owner.kind]}/{owner.id}"
    answer = await work.peers.ask("directory", "GET", path, tenant=work.tenant)
    if answer.status == 404:
        return False
    _ok(answer)
    return True


async def _allowed(work: Work, people: Collection[UUID], *, organisation: UUID, staff: UUID | None) -> set[UUID]:
    body = {"people": [str(one) for one in people], "organisation": str(organisation), "purpose": "timebank"}
    body |= {} if staff is None else {"staff": str(staff)}
    answer = await work.peers.ask("directory", "POST", "/internal/authority", tenant=work.tenant, body=body)
    if answer.status == 404:
        return set()
    try:
        said = _Verdicts.model_validate_json(_ok(answer).body).people
    except ValidationError:
        raise UpstreamUnavailable("directory answered what cannot be read.") from None
    return {one for one in people if said.get(one, _Verdict()).allowed}


async def in_care(work: Work) -> frozenset[UUID] | None:
    """Return whose accounts the caller may see as a member of staff; None who is none.

    Those whom she is assigned to and who let her organisation keep their accounts, now.
    """
    staff, organisation = work.caller.staff, work.caller.organisation
    if staff is None or organisation is None:
        return None
    query = {"organisation": str(organisation), "purpose": "timebank"}
    path = f"/internal/staff/{staff}/people"
    answer = await work.peers.ask("directory", "GET", path, tenant=work.tenant, query=query)
    try:
        return _InCare.model_validate_json(_ok(answer).body).people
    except ValidationError:
        raise UpstreamUnavailable("directory answered what cannot be read.") from None


def _ok(answer: Answer) -> Answer:
    if answer.status != 200:
        raise UpstreamUnavailable(f"directory answered {answer.status}.")
    return answer
