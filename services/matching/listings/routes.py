"""HTTP for needs and offers: they are read, written and shown alike, and take steps of their own."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel

from services.kernel.external_ids import AskedSystem, AskedValue, asked
from services.kernel.fields import ExternalId
from services.kernel.ids import TheseIds, these
from services.kernel.incoming import single
from services.kernel.incoming.single import SaidAt
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within
from services.matching.listings import operations
from services.matching.listings.domain import Kind, NeedState, OfferState
from services.matching.listings.repository import Wanted
from services.matching.listings.requests import (
    InCategory,
    OfParticipant,
    System,
    UpdatedAfter,
    Value,
    changes_of,
    shown,
    values_of,
)
from services.matching.listings.schemas import ListingPatch, NeedCreate, NeedPublic, OfferCreate, OfferPublic
from services.matching.models import Need, Offer
from services.matching.synchronised.routes import TAKERS

Read = Annotated[Work, within("matching:read")]
Write = Annotated[Work, within("matching:write")]


class _Collection:
    """One of the two collections: the shapes of its bodies, and its steps with what each means."""

    def __init__(
        self, kind: Kind, create: type[BaseModel], public: type[BaseModel], states: Any, steps: Mapping[str, str]
    ) -> None:
        self.kind, self.create, self.public = kind, create, public
        self.states, self.steps = states, steps
        self.one = {"need": "a need", "offer": "an offer"}[kind]
        self.path = f"/{{{kind}_id}}"
        self.id = Annotated[UUID, Path(alias=f"{kind}_id")]

    def router(self) -> APIRouter:
        """Return the routes of the collection."""
        made = APIRouter(prefix=f"/v1/{self.kind}s", route_class=WorkRoute, tags=[f"{self.kind}s"])
        self._add_collection(made)
        self._add_list(made)
        self._add_upsert(made)
        self._add_item(made)
        for action, summary in self.steps.items():
            self._add_step(made, action, summary)
        return made

    async def _answer(self, work: Work, response: Response, row: Need | Offer, *, new: bool = False) -> Any:
        address = f"/v1/{self.kind}s/{row.id}"
        tag(response, row.version, address if new else None)
        response.headers["content-location"] = address
        return (await self._shown(work, [row]))[0]

    async def _shown(self, work: Work, rows: Sequence[Need | Offer]) -> list[Any]:
        withheld = await operations.withheld(work, rows)
        return [self.public.model_validate(shown(work, row, withheld=row.id in withheld)) for row in rows]

    def _add_collection(self, router: APIRouter) -> None:
        create: Any = self.create

        @router.post(
            "", operation_id=f"create_{self.kind}", summary=f"State {self.one}", status_code=201,
            response_model=self.public,
        )  # fmt: skip
        async def make(body: create, work: Write, response: Response) -> Any:
            values, names = values_of(body)
            row = await operations.create(work, self.kind, values=values, names=names)
            return await self._answer(work, response, row, new=True)

    def _add_list(self, router: APIRouter) -> None:
        states: Any = self.states
        page: Any = Page[self.public]  # type: ignore[name-defined]

        @router.get(
            "", operation_id=f"list_{self.kind}s", summary=f"List the {self.kind}s you may see", response_model=page
        )
        async def list_all(
            request: Request,
            response: Response,
            work: Read,
            limit: Limit = 50,
            cursor: Cursor = None,
            state: Annotated[states | None, Query()] = None,
            category: InCategory = None,
            participant_id: OfParticipant = None,
            updated_after: UpdatedAfter = None,
            ids: TheseIds = None,
            system: AskedSystem = None,
            value: AskedValue = None,
        ) -> Any:
            wanted = Wanted(
                state=state,
                category=category,
                participant_id=participant_id,
                updated_after=updated_after,
                ids=these(ids),
                named=operations.named(work, self.kind, asked(system, value)),
            )
            after = decode(cursor, UUID)[0] if cursor else None
            rows = await operations.page(work, self.kind, wanted, after=after, limit=limit + 1)
            kept, following = cut(rows, limit, lambda row: encode(row.id))
            link_next(request, response, following)
            return page(items=await self._shown(work, kept), next=following)

    def _add_upsert(self, router: APIRouter) -> None:
        create: Any = self.create

        @router.put(
            "/by-external-id", operation_id=f"upsert_{self.kind}", summary=f"Make {self.one} as another system has it",
            response_model=self.public, responses={201: {"model": self.public, "description": "It was new"}},
        )  # fmt: skip
        async def put(
            body: create, work: Write, response: Response, system: System, value: Value, updated_at: SaidAt = None
        ) -> Any:
            if updated_at is not None:
                data = body.model_dump(mode="json", exclude_unset=True)
                found, new = await single.take(work, TAKERS[self.kind], system, value, at=updated_at, data=data)
                row = await operations.get(work, self.kind, found)
                response.status_code = 201 if new else 200
                return await self._answer(work, response, row, new=new)
            values, names = values_of(body)
            name = ExternalId(system=system, value=value)
            row, new = await operations.put_by_external_id(work, self.kind, name, values=values, names=names)
            response.status_code = 201 if new else 200
            return await self._answer(work, response, row, new=new)

    def _add_item(self, router: APIRouter) -> None:
        listing_id: Any = self.id

        @router.get(self.path, operation_id=f"read_{self.kind}", summary=f"Read {self.one}", response_model=self.public)
        async def get(listing: listing_id, work: Read, response: Response) -> Any:
            return await self._answer(work, response, await operations.get(work, self.kind, listing))

        @router.patch(
            self.path, operation_id=f"change_{self.kind}", summary=f"Change {self.one}", response_model=self.public
        )
        async def change(
            listing: listing_id, body: ListingPatch, work: Write, response: Response, if_match: IfMatch = None
        ) -> Any:
            row = await operations.change(work, self.kind, listing, values=changes_of(body), if_match=if_match)
            return await self._answer(work, response, row)

        @router.delete(self.path, operation_id=f"delete_{self.kind}", summary=f"Take {self.one} away", status_code=204)
        async def delete(listing: listing_id, work: Write, if_match: IfMatch = None) -> None:
            await operations.delete(work, self.kind, listing, if_match=if_match)

    def _add_step(self, router: APIRouter, action: str, summary: str) -> None:
        listing_id: Any = self.id

        @router.post(
            f"{self.path}:{action}", operation_id=f"{action}_{self.kind}", summary=summary, response_model=self.public
        )
        async def step(listing: listing_id, work: Write, response: Response, if_match: IfMatch = None) -> Any:
            row = await operations.move(work, self.kind, listing, action=action, if_match=if_match)
            return await self._answer(work, response, row)


needs = _Collection(
    "need",
    NeedCreate,
    NeedPublic,
    NeedState,
    {
        "recognise": "Recognise a stated need, after it has been talked over",
        "open": "Open a recognised need for matching",
        "withdraw": "Withdraw a need",
    },
).router()
offers = _Collection(
    "offer",
    OfferCreate,
    OfferPublic,
    OfferState,
    {"pause": "Let an offer rest", "resume": "Take an offer up again", "withdraw": "Withdraw an offer"},
).router()
