"""Request and answer bodies about connections."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.connect.civicrm.mapping import CiviMapping
from services.connect.connections.domain import Outcome, RunState, Schedule
from services.kernel.fields import Body, Patch, Switch

ConnectionName = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40, examples=["council-crm"])]
ConnectionUrl = Annotated[
    str, Field(max_length=500, pattern=r"^https?://\S+$", examples=["https://crm.hazelbrook.example"])
]
Credential = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[\x21-\x7e]+$")]


class ConnectionCreate(Body):
    """A CiviCRM to connect. The credentials are sealed, and shown to nobody again."""

    kind: Literal["civicrm"] = "civicrm"
    name: ConnectionName = Field(description="Participants carry the external id `civicrm:{name}`. It cannot change.")
    base_url: ConnectionUrl
    api_key: Credential = Field(description="The API key of a contact there, with permission for what is mapped.")
    client_id: Credential = Field(description="An ordinary API client of your organisation here.")
    client_secret: Credential
    mapping: CiviMapping
    schedule: Schedule = "off"


class ConnectionPatch(Patch):
    """What is to change; what is left out stays."""

    _required = frozenset({"base_url", "api_key", "client_id", "client_secret", "mapping", "schedule"})

    base_url: ConnectionUrl | None = None
    api_key: Credential | None = None
    client_id: Credential | None = None
    client_secret: Credential | None = None
    mapping: CiviMapping | None = None
    schedule: Schedule | None = None


class ConnectionPublic(BaseModel):
    """A connection as its organisation sees it: without any secret."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    kind: str
    name: str
    base_url: str
    mapping: CiviMapping
    schedule: Schedule
    paused: bool
    state: Literal["ready", "needs-attention"]
    attention: str | None = Field(description="What must be put right before it runs again, as a code.")
    last_run_id: UUID | None
    next_run_at: datetime | None


class ConnectionRunCreate(Body):
    """How to run it."""

    dry_run: Switch = Field(False, description="Say what would be done; change neither side.")
    thorough: Switch = Field(False, description="Compare everything, not only what has changed; repairs drift.")


class ConnectionCount(BaseModel):
    """What a run did with one kind of thing, in one direction."""

    entity: str
    direction: Literal["in", "out"]
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    refused: int = 0
    conflict: int = Field(0, description="Both sides had changed; who won stands in the lines.")


class ConnectionRunPublic(BaseModel):
    """One run, and what it did."""

    id: UUID
    connection_id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    state: RunState
    reason: str | None = Field(description="Why it was interrupted or failed, as a code.")
    dry_run: bool
    thorough: bool
    started_at: datetime | None
    finished_at: datetime | None
    counts: list[ConnectionCount]


class ConnectionLine(BaseModel):
    """What a run did with one thing: `their_id` there, `resource_id` here, no names."""

    id: UUID
    at: datetime
    entity: str
    direction: Literal["in", "out"]
    their_id: str | None
    resource_id: UUID | None
    outcome: Outcome
    reason: str | None


class ConnectionFinding(BaseModel):
    """One thing that was tried."""

    side: Literal["civicrm", "cando"]
    what: str
    ok: bool
    advice: str | None = None


class ConnectionCheck(BaseModel):
    """Whether a connection would work, and what is missing if not."""

    ok: bool
    findings: list[ConnectionFinding]
