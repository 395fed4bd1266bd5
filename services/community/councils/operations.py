"""What happens to a council: formed, its electorates and candidates noted, ended; elections stand in `elections`."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.community import held
from services.community.access import check_people, holder, read_of
from services.community.councils import domain, repository
from services.community.models import Candidate, Council, Electorate, Member
from services.kernel.fields import ExternalId
from services.kernel.pages import After
from services.kernel.problems import Conflict, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work


class ElectorateExists(Conflict):
    slug = "electorate-exists"
    title = "This language community has an electorate here already"


async def form(work: Work, *, externals: Sequence[ExternalId], **values: Any) -> Council:
    """Form a council for the caller's organisation."""
    made = Council(
        id=work.new_id(), held_by=holder(work), external_ids=held.kept(externals),
        created_at=work.now, updated_at=work.now, **values,
    )  # fmt: skip
    await repository.add(work, made)
    await held.claim(work, made, externals)
    await work.record("council.created", made.id, state=made.state)
    return made


async def upsert(work: Work, *, external: ExternalId, if_match: str | None, **wanted: Any) -> tuple[Council, bool]:
    """Form the council that `external` names, or bring it up to date; say whether it is new."""
    holder(work)
    found, named = await held.called(work, Council, external, wanted.pop("externals"))
    if found is None:
        return await form(work, externals=named, **wanted), True
    # What a project may cost is changed with a reason or not at all.
    kept = {name: value for name, value in wanted.items() if name not in {"project_limit", "currency"}}
    return await change(work, found, if_match=if_match, changes={**kept, "external_ids": named}), False


async def get(work: Work, council_id: UUID, *, lock: bool = False, share: bool = False) -> Council:
    """Return a council of the caller's organisation. Raises NotFound."""
    return await held.get(work, Council, council_id, lock=lock, share=share)


async def page(
    work: Work,
    *,
    state: str | None,
    updated_after: datetime | None,
    ids: Collection[UUID] | None,
    after: After,
    limit: int,
) -> Sequence[Council]:
    """Return a page of the organisation's councils."""
    return await held.page(work, Council, state=state, updated_after=updated_after, ids=ids, after=after, limit=limit)


async def change(work: Work, council_id: UUID, *, if_match: str | None, changes: dict[str, Any]) -> Council:
    """Change what a council is; how it is elected is not changed while it is being elected."""
    council = await get(work, council_id, lock=True)
    check_version(if_match, council.version)
    if any(name in changes and changes[name] != getattr(council, name) for name in ("seats", "quotas")):
        domain.check_preparing(council.state)
    if {"term_starts", "term_ends"} & changes.keys():
        domain.check_term(**{name: changes.get(name, getattr(council, name)) for name in ("term_starts", "term_ends")})
    if {"seats", "quotas"} & changes.keys():
        domain.check_quotas(changes.get("quotas", council.quotas), seats=changes.get("seats", council.seats))
    changes = await held.renamed(work, council, changes)
    if council.change(work.now, **changes):
        await work.record("council.changed", council.id, state=council.state)
    return council


async def delete(work: Work, council_id: UUID, *, if_match: str | None) -> None:
    """Delete a council; what it decided stays with its projects."""
    council = await get(work, council_id, lock=True)
    check_version(if_match, council.version)
    await held.remove(work, council)
    await work.record("council.deleted", council.id)


async def end(work: Work, council_id: UUID) -> Council:
    """End a council with its members' terms. Raises IllegalState during an election."""
    council = await get(work, council_id, lock=True)
    domain.check_ending(council.state)
    council.change(work.now, state="ended")
    for member in await repository.parts(work, Member, council.id, state="serving"):
        member.change(work.now, state="ended", until=min(member.until or work.now.date(), work.now.date()))
    await work.record("council.ended", council.id, state=council.state)
    return council


async def raise_limit(work: Work, council_id: UUID, *, amount: int, by: str, reason: str) -> Council:
    """Set anew what one project may cost, and keep who decided that and why."""
    council = await get(work, council_id, lock=True)
    entry = {"amount": amount, "before": council.project_limit, "by": by, "reason": reason, "at": work.now.isoformat()}
    council.change(work.now, project_limit=amount, limits=[*council.limits, entry])
    await work.record("council.changed", council.id, state=council.state)
    return council


async def note_electorate(work: Work, council_id: UUID, *, language: str, **values: Any) -> Electorate:
    """Note how many of a language community may vote. Raises ElectorateExists for a second one."""
    council = await get(work, council_id, lock=True)
    domain.check_preparing(council.state)
    if await repository.parts(work, Electorate, council.id, language=language):
        raise ElectorateExists
    made = Electorate(
        id=work.new_id(), council_id=council.id, language=language, created_at=work.now, updated_at=work.now, **values
    )
    await repository.add(work, made)
    await work.record("council.changed", council.id, electorate=made.id)
    return made


async def change_electorate(
    work: Work, council_id: UUID, electorate_id: UUID, *, if_match: str | None, changes: dict[str, Any]
) -> Electorate:
    """Change how many may vote or have agreed to the task."""
    council = await get(work, council_id, lock=True)
    domain.check_preparing(council.state)
    found = await part(work, Electorate, council_id, electorate_id, lock=True)
    check_version(if_match, found.version)
    domain.check_agreed(changes.get("agreed", found.agreed), people=changes.get("people", found.people))
    if found.change(work.now, **changes):
        await work.record("council.changed", council.id, electorate=found.id)
    return found


async def remove_electorate(work: Work, council_id: UUID, electorate_id: UUID, *, if_match: str | None) -> None:
    """Take an electorate away."""
    council = await get(work, council_id, lock=True)
    domain.check_preparing(council.state)
    found = await part(work, Electorate, council_id, electorate_id, lock=True)
    check_version(if_match, found.version)
    await repository.remove(work, found)
    await work.record("council.changed", council.id, electorate=electorate_id)


async def stand(work: Work, council_id: UUID, *, participant_id: UUID | None, **values: Any) -> Candidate:
    """Note that somebody stands. Raises IllegalState while an election is under way."""
    council = await get(work, council_id, lock=True)
    domain.check_preparing(council.state)
    await check_people(work, [participant_id] if participant_id else [])
    made = Candidate(
        id=work.new_id(), council_id=council.id, participant_id=participant_id,
        created_at=work.now, updated_at=work.now, **values,
    )  # fmt: skip
    await repository.add(work, made)
    await work.record("candidate.stood", made.id, council=council.id, state=made.state)
    return made


async def change_candidate(
    work: Work, council_id: UUID, candidate_id: UUID, *, if_match: str | None, changes: dict[str, Any]
) -> Candidate:
    """Change under which name, for whom or whether somebody stands, before an election."""
    council = await get(work, council_id, lock=True)
    domain.check_preparing(council.state)
    found = await part(work, Candidate, council_id, candidate_id, lock=True)
    check_version(if_match, found.version)
    if found.change(work.now, **changes):
        fact = "candidate.withdrawn" if changes.get("state") == "withdrawn" else "candidate.changed"
        await work.record(fact, found.id, council=council.id, state=found.state)
    return found


async def part(
    work: Work, kind: type[repository.Part], council_id: UUID, part_id: UUID, *, lock: bool = False
) -> repository.Part:
    """Return one electorate, candidate, election or member of a council. Raises NotFound."""
    council = await get(work, council_id)
    found = await repository.part(work, kind, council.id, part_id, lock=lock)
    if found is None:
        raise NotFound
    return found


async def part_page(
    work: Work, kind: type[repository.Part], council_id: UUID, *, after: After, limit: int, **equal: object
) -> Sequence[repository.Part]:
    """Return a page of electorates, candidates, elections or members."""
    council = await get(work, council_id)
    found = await repository.part_page(work, kind, council.id, after=after, limit=limit, **equal)
    await read_of(work, f"{kind.__name__.lower()}s.listed", _people(found[:limit]))
    return found


async def read_part(work: Work, kind: type[repository.Part], council_id: UUID, part_id: UUID) -> repository.Part:
    """Return one candidate or member, and put on record who that is."""
    found = await part(work, kind, council_id, part_id)
    await read_of(work, f"{kind.__name__.lower()}.read", _people([found]))
    return found


def _people(rows: Sequence[object]) -> list[Candidate | Member]:
    return [row for row in rows if isinstance(row, Candidate | Member)]
