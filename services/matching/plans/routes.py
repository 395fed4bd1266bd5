"""HTTP for allocations, rings and labs: ask, see how far it is, read, remove. The three collections behave alike."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel

from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within
from services.matching.candidates.routes import Reader
from services.matching.models import Plan
from services.matching.plans import operations, schemas
from services.matching.plans.domain import COLLECTIONS, Kind
from services.matching.plans.reading import Read as Result

Read = Annotated[Work, within("matching:read")]
Write = Annotated[Work, within("matching:write")]


class _Collection:
    """One of the three: the shapes of its bodies, and what it is called."""

    def __init__(
        self, kind: Kind, says: str, about: str, shapes: tuple[type[BaseModel], type[BaseModel], type[BaseModel]],
        shown: Callable[[Result, str], BaseModel],
    ) -> None:  # fmt: skip
        self.kind, self.says, self.about = kind, says, about
        self.create, self.summary, self.public = shapes
        self.shown = shown
        self.path = f"/{{{kind}_id}}"
        self.id = Annotated[UUID, Path(alias=f"{kind}_id")]

    def router(self) -> APIRouter:
        """Return the routes of the collection."""
        made = APIRouter(prefix=f"/v1/{COLLECTIONS[self.kind]}", route_class=WorkRoute, tags=["plans"])
        self._add_collection(made)
        self._add_item(made)
        return made

    def _answer(
        self, response: Response, plan: Plan, result: Result | None, language: str, *, new: bool = False
    ) -> Any:
        tag(response, plan.version, f"/v1/{COLLECTIONS[self.kind]}/{plan.id}" if new else None)
        shown = None if result is None else self.shown(result, language)
        return self.public.model_validate({**plan.model_dump(exclude={"result"}), "result": shown})

    def _add_collection(self, router: APIRouter) -> None:
        create: Any = self.create
        page: Any = Page[self.summary]  # type: ignore[name-defined]

        @router.post(
            "", operation_id=f"plan_{self.kind}", summary=f"Have {self.says} worked out", description=self.about,
            status_code=202, response_model=self.public,
        )  # fmt: skip
        async def ask(body: create, work: Write, response: Response, language: Reader) -> Any:
            plan = await operations.queue(work, self.kind, asked=body.model_dump(mode="json"))
            return self._answer(response, plan, None, language, new=True)

        @router.get(
            "", operation_id=f"list_{COLLECTIONS[self.kind]}", summary=f"List {self.says} you have asked for",
            response_model=page,
        )  # fmt: skip
        async def list_all(
            request: Request, response: Response, work: Read, limit: Limit = 50, cursor: Cursor = None
        ) -> Any:
            after = decode(cursor, UUID)[0] if cursor else None
            rows = await operations.page(work, self.kind, after=after, limit=limit + 1)
            kept, following = cut(rows, limit, lambda row: encode(row.id))
            link_next(request, response, following)
            shown = [self.summary.model_validate(row.model_dump(exclude={"result"})) for row in kept]
            return page(items=shown, next=following)

    def _add_item(self, router: APIRouter) -> None:
        plan_id: Any = self.id

        @router.get(
            self.path, operation_id=f"read_{self.kind}", summary=f"See how far {self.says} are, and what came of it",
            response_model=self.public,
        )  # fmt: skip
        async def get(plan: plan_id, work: Read, response: Response, language: Reader) -> Any:
            found, result = await operations.get(work, self.kind, plan)
            return self._answer(response, found, result, language)

        @router.delete(self.path, operation_id=f"remove_{self.kind}", summary=f"Remove {self.says}", status_code=204)
        async def remove(plan: plan_id, work: Write, if_match: IfMatch = None) -> None:
            await operations.remove(work, self.kind, plan, if_match=if_match)


_LATER = (
    " It is worked out in the background: read it again, or follow `plan.done` and `plan.failed`. Nobody is in it who"
    " has not consented to `matching` towards your organisation, who does not want to be asked, or who is kept from"
    " the other; each time it is read that is asked anew."
)

allocations = _Collection(
    "allocation", "an allocation", "Pairs your open needs with everybody's offers, all at once and as places allow."
    + _LATER, (schemas.AllocationCreate, schemas.AllocationSummary, schemas.AllocationPublic), schemas.allocation,
).router()  # fmt: skip
rings = _Collection(
    "rings", "rings", "Finds rings in the whole community: each helps the next, the last the first." + _LATER,
    (schemas.RingsCreate, schemas.RingsSummary, schemas.RingsPublic), schemas.rings,
).router()  # fmt: skip
labs = _Collection(
    "labs", "labs", "Forms small groups with an interest in common, each with a member of staff." + _LATER,
    (schemas.LabsCreate, schemas.LabsSummary, schemas.LabsPublic), schemas.labs,
).router()  # fmt: skip
