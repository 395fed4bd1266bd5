"""HTTP for our own services: reachable inside only, with a service's token."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.directory.assets import operations as assets
from services.directory.assets.repository import asset, organisation_exists
from services.directory.authority import operations
from services.directory.authority.schemas import (
    DoNotAsk,
    Entry,
    GroupRef,
    GuardedProfile,
    InCare,
    OrganisationNamed,
    OrganisationRef,
    OrganisationShown,
    OrganisationsShown,
    Profile,
    Profiles,
    Question,
    Release,
    Released,
    Verdict,
    Verdicts,
)
from services.directory.consents.schemas import Purpose
from services.directory.duplicates.aliases import aliases
from services.directory.models import Check, Group, Participant, Safeguards
from services.directory.people import repository
from services.directory.people.domain import may_be_asked
from services.directory.safeguards import repository as safeguards
from services.kernel.ids import ids_in
from services.kernel.problems import NotFound
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(prefix="/internal", route_class=WorkRoute, include_in_schema=False)
Inside = Annotated[Work, within("internal")]


@router.post("/authority")
async def authority(body: Question, work: Inside) -> Verdicts:
    found = await operations.verdicts(
        work,
        body.people,
        organisation=body.organisation,
        purpose=body.purpose,
        categories=body.categories,
        staff=body.staff,
    )
    return Verdicts(
        people={one: Verdict(allowed=allowed, ask=ask, blocks=blocks) for one, (allowed, ask, blocks) in found.items()}
    )


@router.get("/staff/{staff_id}/people")
async def in_care(
    staff_id: UUID, work: Inside, organisation: Annotated[UUID, Query()], purpose: Annotated[Purpose, Query()]
) -> InCare:
    found = await operations.in_care(work, staff=staff_id, organisation=organisation, purpose=purpose)
    return InCare(people=found)


@router.post("/contacts:release")
async def release(body: Release, work: Inside) -> Released:
    contacts, withheld = await operations.release_contacts(
        work, match_id=body.match_id, organisation=body.organisation, people=body.people, parties=body.parties
    )
    shown = {
        person: None if contact is None else [Entry.model_validate(entry) for entry in contact.entries]
        for person, contact in contacts.items()
    }
    return Released(contacts=shown, withheld=withheld)


@router.post("/organisations", status_code=201)
async def found_organisation(body: OrganisationNamed, work: Inside) -> OrganisationRef:
    organisation = await assets.found_organisation(work, name=body.name)
    return OrganisationRef(id=organisation.id)


@router.get("/organisations/{organisation_id}")
async def organisation(organisation_id: UUID, work: Inside) -> OrganisationRef:
    if not await organisation_exists(work, organisation_id):
        raise NotFound
    return OrganisationRef(id=organisation_id)


@router.get("/groups/{group_id}")
async def group(group_id: UUID, work: Inside) -> GroupRef:
    if await asset(work, Group, group_id) is None:
        raise NotFound
    return GroupRef(id=group_id)


@router.get("/organisations")
async def organisations(work: Inside, ids: Annotated[str, Query(max_length=40_000)]) -> OrganisationsShown:
    found = await assets.organisations_named(work, ids_in(ids))
    return OrganisationsShown(items=[OrganisationShown(id=asked, website=one.website) for asked, one in found.items()])


@router.get("/participants/{participant_id}")
async def participant(
    participant_id: UUID,
    work: Inside,
    organisation: Annotated[UUID, Query()],
    acting: bool = False,
    staff: UUID | None = None,
) -> Profile:
    found = await repository.visible_participant(
        work, participant_id, organisation=organisation, acting=acting, staff=staff
    )
    if found is None:
        raise NotFound
    return _profile(found, work)


@router.put("/participants/{participant_id}/do-not-ask", status_code=204)
async def do_not_ask(participant_id: UUID, body: DoNotAsk, work: Inside) -> None:
    await operations.do_not_ask(work, participant_id, until=body.until)


@router.get("/participants")
async def participants(work: Inside, ids: Annotated[str, Query(max_length=40_000)]) -> Profiles:
    """Return profiles for matching, with gender and age only as declared and only for its safety gates.

    A record that was merged into another has that one's profile, under the id that was asked for.
    """
    wanted = ids_in(ids)
    named = await aliases(work, wanted)
    found = {one.id: one for one in await repository.by_ids(work, {named.get(one, one) for one in wanted})}
    guarded, held = await safeguards.safeguards_of(work, list(found)), await safeguards.valid_of(work, list(found))
    return Profiles(
        items=[
            _guarded(_profile(one, work), guarded.get(one.id), held.get(one.id, [])).model_copy(update={"id": asked})
            for asked in dict.fromkeys(wanted)
            if (one := found.get(named.get(asked, asked))) is not None
        ]
    )


def _guarded(profile: Profile, kept: Safeguards | None, held: Sequence[Check]) -> GuardedProfile:
    """Add what gates ask; of her checks only those that hold today."""
    told = {} if kept is None else kept.model_dump(include={"gender", "born_on", "guardian_agreed"})
    checks = [one.model_dump(include={"kind", "valid_until"}) for one in held]
    return GuardedProfile.model_validate({**profile.model_dump(), **told, "checks": checks})


def _profile(participant: Participant, work: Work) -> Profile:
    place = None
    if participant.latitude is not None and participant.longitude is not None:
        place = {"latitude": participant.latitude, "longitude": participant.longitude}
    ask = may_be_asked(participant.do_not_ask, participant.do_not_ask_until, now=work.now)
    return Profile.model_validate({**participant.model_dump(), "place": place, "do_not_ask": not ask})
