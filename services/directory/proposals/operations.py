"""What becomes of proposals: made of a response to a survey, confirmed into entries, refused, or gone with it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError

from services.directory import events
from services.directory.assets import operations as assets
from services.directory.assets import schemas
from services.directory.assets.repository import KINDS
from services.directory.assets.said import facts_of
from services.directory.models import Asset, AssetProposal
from services.directory.proposals import domain, repository
from services.directory.proposals.clients import asset_answers
from services.kernel.problems import Invalid, NotFound, field_errors
from services.kernel.versions import check_version
from services.kernel.work import Work

SOURCE = "survey"
_BODIES: Mapping[str, type[BaseModel]] = {
    "organisation": schemas.OrganisationCreate,
    "group": schemas.CommunityGroupCreate,
    "micro_provider": schemas.MicroProviderCreate,
    "place": schemas.PlaceCreate,
    "service": schemas.ServiceCreate,
    "activity": schemas.ActivityCreate,
}


async def propose(work: Work, response_id: UUID) -> None:
    """Make a proposal of a response, once; nothing when it is gone by now."""
    response = await asset_answers(work, response_id)
    if response is None:
        return
    wanted = domain.proposed(response.answers)
    made = AssetProposal(
        id=work.new_id(), created_at=work.now, updated_at=work.now, response_id=response_id,
        survey_id=response.survey_id, held_by=response.held_by, kind=wanted.kind, facts=wanted.facts,
        activities=wanted.activities, ask_again_on=wanted.ask_again_on,
    )  # fmt: skip
    if await repository.keep(work, made):
        await work.record(events.PROPOSAL_MADE, made.id, holder=made.held_by, state=made.state)


async def take_away(work: Work, *, survey_id: UUID | None = None, response_id: UUID | None = None) -> None:
    """Take away what is still open of a survey, or of a response, that is gone."""
    for proposal, holder in await repository.take_away(work, survey_id=survey_id, response_id=response_id):
        await work.record(events.PROPOSAL_GONE, proposal, holder=holder)


async def find(work: Work, proposal_id: UUID) -> AssetProposal:
    """Return a proposal that the caller may see. Raises NotFound."""
    found = await repository.proposal(work, proposal_id)
    if found is None:
        raise NotFound
    return found


async def _open(work: Work, proposal_id: UUID, if_match: str | None) -> AssetProposal:
    """Return a proposal that waits for a decision, locked. Raises NotFound, Stale, AlreadyDecided."""
    found = await repository.proposal(work, proposal_id, lock=True)
    if found is None:
        raise NotFound
    check_version(if_match, found.version)
    if found.state != "open":
        raise domain.AlreadyDecided
    return found


async def confirm(
    work: Work,
    proposal_id: UUID,
    *,
    if_match: str | None,
    kind: str | None,
    changes: Mapping[str, Any],
    activities: Sequence[Mapping[str, Any]] | None,
) -> AssetProposal:
    """Make the entry that is proposed, with `changes`, and its activities; the caller's organisation holds them.

    Raises AlreadyDecided, and Invalid where something is still wrong or lacking.
    """
    proposal = await _open(work, proposal_id, if_match)
    settled = kind or proposal.kind
    known = proposal.facts if settled == proposal.kind else _fitting(proposal.facts, settled)
    made = await _add(work, settled, {**known, **changes}, at="/changes")
    host = _host(settled, made)
    for number, one in enumerate(proposal.activities if activities is None else activities):
        await _add(work, "activity", {**one, **host}, at=f"/activities/{number}")
    _decide(work, proposal, state="confirmed", asset_kind=settled, asset_id=made.id)
    await work.record(events.PROPOSAL_CONFIRMED, proposal.id, holder=proposal.held_by, asset=made.id, kind=settled)
    return proposal


def _fitting(facts: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return the facts that something of another kind can have too; a kind's own list of kinds is never another's."""
    return {name: facts[name] for name in facts.keys() & _BODIES[kind].model_fields.keys() if name != "kind"}


async def _add(work: Work, kind: str, facts: Mapping[str, Any], *, at: str) -> Asset:
    try:
        body = _BODIES[kind].model_validate(facts)
    except ValidationError as error:
        wrong = field_errors(error.errors(), source="body")
        moved = [one.model_copy(update={"path": at + one.path}) for one in wrong]
        raise Invalid("What is proposed cannot be an entry as it stands.", errors=moved) from None
    return await assets.add(work, KINDS[kind], source=SOURCE, **facts_of(body, said=False))


def _host(kind: str, made: Asset) -> dict[str, Any]:
    """Return what an activity says of the entry that it was proposed with."""
    if kind == "place":
        return {"place_ids": [str(made.id)]}
    if kind == "service":
        return {"organisation_id": str(getattr(made, "organisation_id"))}  # noqa: B009  only a service has one here
    return {domain.HOSTED_BY[kind]: str(made.id)} if kind in domain.HOSTED_BY else {}


async def refuse(work: Work, proposal_id: UUID, *, if_match: str | None, reason: str) -> AssetProposal:
    """Decide that nothing comes of a proposal, and why. Raises AlreadyDecided."""
    proposal = await _open(work, proposal_id, if_match)
    _decide(work, proposal, state="refused", reason=reason)
    await work.record(events.PROPOSAL_REFUSED, proposal.id, holder=proposal.held_by)
    return proposal


def _decide(work: Work, proposal: AssetProposal, **values: Any) -> None:
    proposal.change(work.now, decided_at=work.now, decided_by=work.organisation, **values)
