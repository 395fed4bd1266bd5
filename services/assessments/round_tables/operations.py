"""What happens to a round table as a whole: planned, stepped on from state to state, counted and shown."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.assessments.access import check_participant
from services.assessments.models import Invitation, LanguageTable, RoundTable
from services.assessments.publications import operations as publications
from services.assessments.round_tables import domain, repository
from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.pages import After
from services.kernel.problems import Forbidden, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work

_FACTS = {"inviting": "invited", "open": "opened", "plenary": "in_plenary", "closed": "closed"}


def _collection(work: Work) -> str:
    # Each organisation names its own round tables: a name must not tell that another one's exists.
    return f"round_tables/{work.organisation}"


async def plan(work: Work, *, externals: Sequence[ExternalId], **values: Any) -> RoundTable:
    """Plan a round table for the caller's organisation."""
    if work.caller.person:
        raise Forbidden("A round table is planned by an organisation.")
    made = RoundTable(
        id=work.new_id(), held_by=work.organisation, external_ids=[one.model_dump() for one in externals],
        created_at=work.now, updated_at=work.now, **values,
    )  # fmt: skip
    await repository.add(work, made)
    await external_ids.claim(work, _collection(work), made.id, externals)
    await work.record("round_table.created", made.id, state=made.state)
    return made


async def upsert(work: Work, *, external: ExternalId, if_match: str | None, **wanted: Any) -> tuple[RoundTable, bool]:
    """Plan the round table that `external` names, or bring it up to date; say whether it is new."""
    named = [external, *(one for one in wanted.pop("externals") if one.system != external.system)]
    found = await external_ids.find(work, _collection(work), external)
    if found is None:
        return await plan(work, externals=named, **wanted), True
    return await change(work, found, if_match=if_match, changes={**wanted, "external_ids": named}), False


async def change(work: Work, round_table_id: UUID, *, if_match: str | None, changes: dict[str, Any]) -> RoundTable:
    """Change what is planned."""
    round_table = await get(work, round_table_id, lock=True)
    check_version(if_match, round_table.version)
    if "external_ids" in changes:
        named: list[ExternalId] = changes["external_ids"]
        await external_ids.claim(work, _collection(work), round_table.id, named)
        changes = {**changes, "external_ids": [one.model_dump() for one in named]}
    if round_table.change(work.now, **changes):
        await work.record("round_table.changed", round_table.id, state=round_table.state)
    return round_table


async def get(work: Work, round_table_id: UUID, *, lock: bool = False, share: bool = False) -> RoundTable:
    """Return a round table of the caller's organisation. Raises NotFound."""
    found = await repository.get(work, round_table_id, lock=lock, share=share)
    if found is None:
        raise NotFound
    return found


async def page(
    work: Work,
    *,
    state: str | None,
    updated_after: datetime | None,
    ids: Collection[UUID] | None,
    after: After,
    limit: int,
) -> Sequence[RoundTable]:
    """Return a page of the organisation's round tables."""
    return await repository.page(work, state=state, updated_after=updated_after, ids=ids, after=after, limit=limit)


async def delete(work: Work, round_table_id: UUID, *, if_match: str | None) -> None:
    """Delete a round table; what was published of its cards is taken back."""
    round_table = await get(work, round_table_id, lock=True)
    check_version(if_match, round_table.version)
    await publications.drop_all_of(work, parent=round_table.id)
    await external_ids.release(work, _collection(work), round_table.id)
    round_table.change(work.now, deleted_at=work.now)
    await work.record("round_table.deleted", round_table.id)


async def step(work: Work, round_table_id: UUID, *, to: domain.State) -> RoundTable:
    """Take the step that follows: inviting, open, plenary, closed. Raises IllegalState for any other."""
    round_table = await get(work, round_table_id, lock=True)
    domain.check_step(round_table.state, to)
    closing = {"closed_at": work.now} if to == "closed" else {}
    round_table.change(work.now, state=to, **closing)
    await work.record(f"round_table.{_FACTS[to]}", round_table.id, state=to)
    return round_table


async def set_table(work: Work, round_table_id: UUID, **values: Any) -> LanguageTable:
    """Set up a table for one language community. Raises IllegalState when the plenary has begun."""
    round_table = await get(work, round_table_id, lock=True)
    domain.check_preparing(round_table.state)
    made = LanguageTable(
        id=work.new_id(), round_table_id=round_table.id, created_at=work.now, updated_at=work.now, **values
    )
    await repository.add(work, made)
    await work.record("table.created", made.id, round_table=round_table.id)
    return made


async def invite(work: Work, round_table_id: UUID, **values: Any) -> Invitation:
    """Note that somebody has invited people she knows. Raises IllegalState when the plenary has begun."""
    round_table = await get(work, round_table_id, lock=True)
    domain.check_preparing(round_table.state)
    if values.get("participant_id"):
        await check_participant(work, values["participant_id"], "assessment", "matching")
    made = Invitation(
        id=work.new_id(), round_table_id=round_table.id, created_at=work.now, updated_at=work.now, **values
    )
    await repository.add(work, made)
    await work.record("invitation.created", made.id, round_table=round_table.id, state=made.state)
    return made


async def change_table(
    work: Work, round_table_id: UUID, table_id: UUID, *, if_match: str | None, changes: dict[str, Any]
) -> LanguageTable:
    """Change who facilitates or interprets at a table."""
    table = await part(work, LanguageTable, round_table_id, table_id, lock=True)
    check_version(if_match, table.version)
    if table.change(work.now, **changes):
        await work.record("table.changed", table.id, round_table=round_table_id)
    return table


async def change_invitation(
    work: Work, round_table_id: UUID, invitation_id: UUID, *, if_match: str | None, changes: dict[str, Any]
) -> Invitation:
    """Note what became of an invitation. Raises IllegalState for an attendance before the evening."""
    round_table = await get(work, round_table_id)
    invitation = await part(work, Invitation, round_table_id, invitation_id, lock=True)
    check_version(if_match, invitation.version)
    if "state" in changes:
        domain.check_invitation(changes["state"], evening=round_table.state)
    if invitation.change(work.now, **changes):
        await work.record("invitation.changed", invitation.id, round_table=round_table_id, state=invitation.state)
    return invitation


async def part(
    work: Work, kind: type[repository.Part], round_table_id: UUID, part_id: UUID, *, lock: bool = False
) -> repository.Part:
    """Return one table, invitation or card of a round table. Raises NotFound."""
    round_table = await get(work, round_table_id)
    found = await repository.part(work, kind, round_table.id, part_id, lock=lock)
    if found is None:
        raise NotFound
    return found


async def invitation(work: Work, round_table_id: UUID, invitation_id: UUID) -> Invitation:
    """Return one invitation, and put on record who is named on it."""
    found = await part(work, Invitation, round_table_id, invitation_id)
    if found.participant_id is not None:
        await work.audit("invitation.read", found.participant_id)
    return found


async def invitation_page(
    work: Work, round_table_id: UUID, *, after: After, limit: int, **equal: object
) -> Sequence[Invitation]:
    """Return a page of invitations, and put on record who is named on them."""
    found = await part_page(work, Invitation, round_table_id, after=after, limit=limit, **equal)
    for person in sorted({one.participant_id for one in found[:limit] if one.participant_id}):
        await work.audit("invitations.listed", person)
    return found


async def part_page(
    work: Work, kind: type[repository.Part], round_table_id: UUID, /, *, after: After, limit: int, **equal: object
) -> Sequence[repository.Part]:
    """Return a page of tables, invitations or cards."""
    round_table = await get(work, round_table_id)
    return await repository.part_page(work, kind, round_table.id, after=after, limit=limit, **equal)


async def turnout(work: Work, round_table_id: UUID) -> domain.Turnouts:
    """Return who brought how many people."""
    round_table = await get(work, round_table_id)
    return domain.turnout(await repository.parts(work, Invitation, round_table.id))
