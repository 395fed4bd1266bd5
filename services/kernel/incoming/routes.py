"""HTTP for what another system pushes: the same addresses for each collection that takes it.

POST   /v1/{collection}:import         changes, in any order, as often as one likes
POST   /v1/{collection}:resync         the complete list: drift is found and repaired, what it lacks is deleted
DELETE /v1/{collection}/by-external-id one record is gone there
GET    /v1/{collection}:import-rules   whose word counts for which field
GET    /v1/{collection}/{id}/origins   where each field of a record came from
"""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Security
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse

from services.kernel.caller import Caller, authenticate, external_token
from services.kernel.fields import Line, Moment
from services.kernel.incoming import single, taking
from services.kernel.incoming.lines import MOST, read
from services.kernel.incoming.media import MEDIA, check_media
from services.kernel.incoming.results import (
    FieldOrigin,
    FieldRule,
    FieldRules,
    ImportedLine,
    ImportSummary,
    RecordOrigins,
)
from services.kernel.incoming.taking import Push, Taker
from services.kernel.problems import Malformed
from services.kernel.work import Work, WorkRoute, within

LARGE = (":import", ":resync")
"""Ends of the addresses whose bodies may be large."""
_MEANING = {
    "owner": "The system that the record came from decides. What was changed here is overwritten by its next push.",
    "newest": "Whoever changed it last decides, each by its own clock.",
    "here": "Its system's word counts until somebody here has changed it; from then on it is changed here alone.",
    "narrower": "Like `here`, but its system may still narrow what was decided here, and never widen it.",
}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "One JSON object a line: `id` and `updated_at`, and one of `data`, `deleted` and `renamed_to`.",
        "content": {MEDIA: {"schema": {"type": "string"}}},
    }
}
System = Annotated[Line, Query(description="The system whose ids these are.", examples=["time-bank"])]
Value = Annotated[Line, Query(description="What it is called there.", examples=["4711"])]
Gone = Annotated[Moment, Query(description="When it was deleted there, by that system's clock.")]
Takes = Annotated[str | None, Depends(external_token)]


def routers(taker: Taker, *, one: str, read_scope: str, write_scope: str) -> list[APIRouter]:
    """Return the addresses of a collection; `one` is what one of it is called, such as `offer`."""
    where: dict[str, Any] = {"prefix": f"/v1/{taker.collection}", "tags": [taker.collection]}
    pushed, reading = APIRouter(**where), APIRouter(route_class=WorkRoute, **where)
    _add_import(pushed, taker, write_scope)
    _add_resync(pushed, taker, write_scope)
    _add_reading(reading, taker, one, read_scope)
    _add_deletion(reading, taker, one, write_scope)
    return [pushed, reading]


def _answers(description: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": description, "content": {MEDIA: {"schema": {"type": "string"}}}}}


_TAKEN = (
    f"A line for each line, each a JSON object (`{ImportedLine.__name__}`: `line`, `id`, `outcome`, and as it applies"
    " `resource_id`, `fields`, `kept`, `problem`), in the order in which they were taken; the last line is"
    f" `{{\"summary\": …}}` (`{ImportSummary.__name__}`). Without it the answer is not complete: send it all again."
)  # fmt: skip


async def _push(request: Request, caller: Caller, taker: Taker, system: str, **how: bool) -> Push:
    check_media(request)
    taking.check_caller(caller)
    kernel = request.app.state.kernel
    try:
        body = await request.body()
    except ClientDisconnect:
        raise Malformed("The request broke off: nothing of it was taken.") from None
    said = await asyncio.to_thread(read, body, now=kernel.clock())  # it takes seconds: others have their turn
    return Push(kernel, caller, taker, system, said, **how)


def _add_import(made: APIRouter, taker: Taker, scope: str) -> None:
    @made.post(
        ":import", operation_id=f"import_{taker.collection}", response_class=StreamingResponse, openapi_extra=_BODY,
        summary=f"Take {taker.collection} that another system pushes", responses=_answers(_TAKEN),
    )  # fmt: skip
    async def take(
        request: Request,
        caller: Annotated[Caller, Security(authenticate, scopes=[scope])],
        _: Takes,
        system: System,
        dry_run: Annotated[bool, Query(description="Say what would become of it, and change nothing.")] = False,
    ) -> StreamingResponse:
        """Each line is one record by its id there. Sent again, it changes nothing; older lines change nothing.

        One line that is refused stops no other. Batches are kept as they are done.
        """
        push = await _push(request, caller, taker, system, dry_run=dry_run)
        return StreamingResponse(taking.answered(push), media_type=MEDIA)


def _add_resync(made: APIRouter, taker: Taker, scope: str) -> None:
    @made.post(
        ":resync", operation_id=f"resync_{taker.collection}", response_class=StreamingResponse, openapi_extra=_BODY,
        summary=f"Bring {taker.collection} in step with another system's complete list", responses=_answers(_TAKEN),
    )  # fmt: skip
    async def resync(
        request: Request,
        caller: Annotated[Caller, Security(authenticate, scopes=[scope])],
        _: Takes,
        system: System,
        dry_run: Annotated[bool, Query(description="Say what has drifted, and change nothing.")] = False,
        taken_at: Annotated[
            Moment | None, Query(description="When the list was taken: what came later is not deleted.")
        ] = None,
        confirm_deletions: Annotated[
            int, Query(ge=0, le=1_000_000, description="So many may be deleted, although that is much.")
        ] = 0,
        lines: Annotated[
            int | None, Query(ge=0, le=MOST, description="How many lines the list has; one cut short is then refused.")
        ] = None,
    ) -> StreamingResponse:
        """What is not as the list has it is brought in step, what the list lacks is deleted.

        Where more than ten and more than a fifth would be deleted, or more than one and more than half, or the list
        is empty, nothing happens (409 `resync-would-delete`) until `confirm_deletions` says how many may be.
        """
        push = await _push(request, caller, taker, system, dry_run=dry_run, complete=True)
        gone = await taking.missing(push, taken_at=taken_at, confirmed=confirm_deletions, lines=lines)
        return StreamingResponse(taking.answered(push, gone), media_type=MEDIA)


def _add_reading(made: APIRouter, taker: Taker, one: str, scope: str) -> None:
    reads: Any = Annotated[Work, within(scope)]
    record_id: Any = Annotated[UUID, Path(alias=f"{one}_id")]

    @made.get(
        ":import-rules", operation_id=f"read_import_rules_of_{taker.collection}",
        summary=f"See whose word counts for which field of {taker.collection}",
    )  # fmt: skip
    async def rules(_: reads) -> FieldRules:
        fields = [FieldRule(field=name, rule=rule) for name, rule in sorted(taker.rules.items())]
        return FieldRules(rules=_MEANING, fields=fields)

    @made.get(
        f"/{{{one}_id}}/origins", operation_id=f"read_origins_of_{one}",
        summary="See where each field came from",
    )  # fmt: skip
    async def origins(resource: record_id, work: reads) -> RecordOrigins:
        record = await taker.origins(work, resource)
        fields = [
            FieldOrigin(field=name, rule=rule, system=record.of(name).system, at=record.of(name).at)
            for name, rule in sorted(taker.rules.items())
        ]
        return RecordOrigins(system=record.system, fields=fields)


def _add_deletion(made: APIRouter, taker: Taker, one: str, scope: str) -> None:
    writes: Any = Annotated[Work, within(scope)]

    @made.delete(
        "/by-external-id", operation_id=f"delete_{one}_by_external_id", status_code=204,
        summary="Take away what another system has deleted",
    )  # fmt: skip
    async def delete(work: writes, system: System, value: Value, updated_at: Gone) -> None:
        """As a line with `deleted` would. What is gone already, or was never here, is gone all the same."""
        await single.take(work, taker, system, value, at=updated_at, data=None)
