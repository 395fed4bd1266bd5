"""HTTP for the community's assets: one set of routes, made once for each collection."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from services.directory.assets import operations, repository, schemas
from services.directory.assets.said import Category, facts_of
from services.directory.models import Activity, Group, MicroProvider, Organisation, Place, Service
from services.kernel.external_ids import asked
from services.kernel.fields import ExternalId, Line, Moment
from services.kernel.ids import TheseIds, these
from services.kernel.paging import Page, cut, decode, encode, link_next
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

Read = Annotated[Work, within("directory:read")]
Write = Annotated[Work, within("directory:write")]


class _Search(BaseModel):
    """What a search may ask for."""

    q: Line | None = Field(None, description="Words that must stand in the name or the description.")
    organisation_id: UUID | None = None
    category: Category | None = None
    updated_after: Moment | None = None
    ids: TheseIds = None
    limit: Annotated[int, Field(ge=1, le=200, description="How many at the most.")] = 50
    cursor: Annotated[str | None, Field(max_length=1000, description="`next` of the page before.")] = None
    system: Line | None = Field(None, description="Only what that system calls `value`: name both.")
    value: Line | None = Field(None, description="What it is called in `system`.")

    def asked(self) -> dict[str, Any]:
        """Return the query's arguments, with one row more than the page has."""
        after = decode(self.cursor, UUID)[0] if self.cursor else None
        filters = self.model_dump(include={"organisation_id", "category", "updated_after"})
        name = asked(self.system, self.value)
        filters["ids"] = these(self.ids)
        return {**filters, "words": self.q, "after": after, "limit": self.limit + 1, "name": name}


class _Collection:
    """One collection: its table, the name of one of its things, and the shapes of its bodies."""

    def __init__(self, kind: Any, create: type[BaseModel], patch: type[BaseModel], public: type[BaseModel]) -> None:
        # Operations have names that no other service uses: a round table has groups, too.
        spoken = "community_" if kind is Group else ""
        self.kind, self.one, self.many = kind, spoken + repository.NAMES[kind], spoken + operations.collection(kind)
        self.called = operations.address(kind).replace("-", " ")
        self.home = f"/v1/{operations.address(kind)}"
        self.create, self.patch, self.public = create, patch, public
        self.id = Annotated[UUID, Path(alias=f"{self.one}_id")]
        self.path = f"/{{{self.one}_id}}"

    def router(self) -> APIRouter:
        """Return the routes of the collection."""
        made = APIRouter(prefix=self.home, route_class=WorkRoute, tags=[self.called])
        self._add_collection(made)
        self._add_upsert(made)
        self._add_item(made)
        self._add_confirmation(made)
        return made

    def _show(self, asset: Any) -> Any:
        return self.public.model_validate(asset.model_dump())

    def _tagged(self, asset: Any, response: Response, *, status: int | None = None) -> Any:
        tag(response, asset.version, f"{self.home}/{asset.id}" if status else None)
        response.status_code = status or response.status_code
        return self._show(asset)

    def _add_collection(self, router: APIRouter) -> None:
        create: Any = self.create

        @router.post(
            "", operation_id=f"add_{self.one}", summary=f"Add one of the {self.called}", status_code=201,
            response_model=self.public,
        )  # fmt: skip
        async def add(body: create, work: Write, response: Response) -> Any:
            return self._tagged(
                await operations.add(work, self.kind, **facts_of(body, said=False)), response, status=201
            )

        @router.get(
            "", operation_id=f"list_{self.many}", summary=f"Search the {self.called}", response_model=Page[self.public]  # type: ignore[name-defined]
        )  # fmt: skip
        async def search(
            request: Request,
            response: Response,
            work: Read,
            wanted: Annotated[_Search, Query()],
        ) -> Any:
            rows = await repository.page(work, self.kind, **wanted.asked())
            shown, following = cut(rows, wanted.limit, lambda row: encode(row["id"]))
            link_next(request, response, following)
            return {"items": [self.public.model_validate(dict(row)) for row in shown], "next": following}

    def _add_upsert(self, router: APIRouter) -> None:
        create: Any = self.create

        @router.put(
            "/by-external-id", operation_id=f"upsert_{self.one}", summary="Add or change one by another system's id",
            response_model=self.public, responses={201: {"model": self.public, "description": "Added"}},
        )  # fmt: skip
        async def upsert(
            body: create,
            work: Write,
            response: Response,
            system: Annotated[Line, Query()],
            value: Annotated[Line, Query()],
            if_match: IfMatch = None,
        ) -> Any:
            external = ExternalId(system=system, value=value)
            said, otherwise = facts_of(body, said=True), facts_of(body, said=False)
            asset, outcome = await operations.upsert(
                work, self.kind, external, if_match=if_match, otherwise=otherwise, **said
            )
            return self._tagged(asset, response, status=201 if outcome == "created" else 200)

    def _add_item(self, router: APIRouter) -> None:
        asset_id: Any = self.id
        patch: Any = self.patch

        @router.get(self.path, operation_id=f"read_{self.one}", summary="Read one", response_model=self.public)
        async def read(asset: asset_id, work: Read, response: Response) -> Any:
            row = await operations.shown(work, self.kind, asset)
            tag(response, row["version"])
            return self.public.model_validate(row)

        @router.patch(
            self.path, operation_id=f"change_{self.one}", summary="Change one that your organisation holds",
            response_model=self.public,
        )  # fmt: skip
        async def change(
            asset: asset_id,
            body: patch,
            work: Write,
            response: Response,
            if_match: IfMatch = None,
        ) -> Any:
            facts = facts_of(body, said=True)
            return self._tagged(
                (await operations.change(work, self.kind, asset, if_match=if_match, **facts))[0], response
            )

        @router.delete(
            self.path, operation_id=f"delete_{self.one}", summary="Delete one that your organisation holds",
            status_code=204,
        )  # fmt: skip
        async def remove(asset: asset_id, work: Write, if_match: IfMatch = None) -> None:
            await operations.remove(work, self.kind, asset, if_match=if_match)

    def _add_confirmation(self, router: APIRouter) -> None:
        asset_id: Any = self.id

        @router.post(
            f"{self.path}:confirm", operation_id=f"confirm_{self.one}", summary="Say that it is all still so",
            response_model=self.public,
        )  # fmt: skip
        async def confirm(asset: asset_id, work: Write, response: Response, if_match: IfMatch = None) -> Any:
            confirmed = await operations.confirm(work, self.kind, asset, if_match=if_match)
            response.headers["content-location"] = f"{self.home}/{confirmed.id}"
            return self._tagged(confirmed, response)


_MOST = 500
_calendar = APIRouter(prefix="/v1/activities", route_class=WorkRoute, tags=["activities"])


@_calendar.get(
    "/{activity_id}/occurrences", operation_id="list_activity_occurrences", summary="See when an activity takes place"
)
async def list_occurrences(
    activity_id: UUID,
    work: Read,
    since: Annotated[Moment | None, Query(alias="from", description="Now, unless said otherwise.")] = None,
    until: Annotated[Moment | None, Query(description="At most 92 days later; 28, unless said otherwise.")] = None,
) -> schemas.Occurrences:
    """Return the times between, in UTC, at most 500; none of an activity that is not active."""
    found = await operations.takes_place(work, activity_id, since=since, until=until)
    shown = [schemas.Occurrence(starts=starts, ends=ends) for starts, ends in found[:_MOST]]
    return schemas.Occurrences(items=shown, more=len(found) > _MOST)


_COLLECTIONS = (
    (Organisation, schemas.OrganisationCreate, schemas.OrganisationPatch, schemas.OrganisationPublic),
    (Group, schemas.CommunityGroupCreate, schemas.CommunityGroupPatch, schemas.CommunityGroupPublic),
    (MicroProvider, schemas.MicroProviderCreate, schemas.MicroProviderPatch, schemas.MicroProviderPublic),
    (Place, schemas.PlaceCreate, schemas.PlacePatch, schemas.PlacePublic),
    (Service, schemas.ServiceCreate, schemas.ServicePatch, schemas.ServicePublic),
    (Activity, schemas.ActivityCreate, schemas.ActivityPatch, schemas.ActivityPublic),
)
routers = [*(_Collection(*shapes).router() for shapes in _COLLECTIONS), _calendar]
