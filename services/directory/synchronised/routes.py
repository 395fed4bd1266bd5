"""HTTP for participants whom another system pushes in bulk, and for our own services that ask who somebody is."""

from typing import Annotated

from fastapi import APIRouter

from services.directory.synchronised import operations
from services.directory.synchronised.schemas import NamedPeople, NamedPerson, Names, said_of
from services.directory.synchronised.taking import Participants
from services.kernel.incoming.routes import routers
from services.kernel.work import Work, WorkRoute, within

PARTICIPANTS = Participants(said_of)
participants = routers(
    PARTICIPANTS, one="participant", read_scope="participants:read", write_scope="participants:write"
)
internal = APIRouter(prefix="/internal", route_class=WorkRoute, include_in_schema=False)


@internal.post("/participants:named")
async def named(body: Names, work: Annotated[Work, within("internal")]) -> NamedPeople:
    found = await operations.named(work, body.organisation, body.names)
    return NamedPeople(
        people=[NamedPerson(**name.model_dump(), id=record, lives_as=now) for name, record, now in found]
    )
