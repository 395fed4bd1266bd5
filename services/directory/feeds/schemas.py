"""Request and answer bodies about feeds."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.kernel.fields import Body, Line, Number, Patch, Whole

FeedMode = Literal["changed-since", "full"]


FeedUrl = Annotated[
    str,
    Field(
        max_length=500, pattern=r"^https?://\S+$", examples=["https://directory.hazelbrook.example/open-referral-uk"]
    ),
]
Hours = Annotated[Whole, Field(ge=1, le=8760, examples=[24])]
Share = Annotated[Number, Field(gt=0, le=1, examples=[0.5])]


class FeedCreate(Body):
    """A feed to read. `mode` full also deletes what the feed no longer has; changed-since asks for changes alone.

    More than `stop_at_share` of what is known would go: then nothing is deleted until somebody accepts it.
    """

    source: Line = Field(examples=["county-directory"])
    url: FeedUrl
    format: Literal["open-referral"] = "open-referral"
    mode: FeedMode = "full"
    every_hours: Hours | None = Field(None, description="Null: only when asked to.")
    stop_at_share: Share = 0.5


class FeedPatch(Patch):
    _required = frozenset({"url", "mode", "stop_at_share"})

    url: FeedUrl | None = None
    mode: FeedMode | None = None
    every_hours: Hours | None = None
    stop_at_share: Share | None = None


class FeedPublic(BaseModel):
    """A feed, and how its last import ended: `state` and `counts` are that import's; idle before the first."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    source: str
    url: str
    format: str
    mode: str
    every_hours: int | None
    stop_at_share: float
    state: str
    counts: dict[str, int]
    last_import_id: UUID | None
    last_run_at: datetime | None
    next_run_at: datetime | None
    held_by: UUID
