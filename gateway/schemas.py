"""The bodies of the desk's requests and answers."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from gateway.domain import NEVER_FOR_STAFF, ONLY_BOOTSTRAP
from gateway.models import Client, Secret
from services.kernel.app import NAMES
from services.kernel.caller import SCOPES
from services.kernel.fields import Body, ExternalId, ExternalIds, Language, Line, Slug, TimeZone


def _client_scope(scope: str) -> str:
    if scope not in SCOPES or scope in ONLY_BOOTSTRAP:
        raise ValueError("is not a scope that a client can have")
    return scope


def _staff_scope(scope: str) -> str:
    if scope not in SCOPES or scope in NEVER_FOR_STAFF:
        raise ValueError("is not a scope that staff can have")
    return scope


def _each_once(scopes: list[str]) -> list[str]:
    return sorted(set(scopes))


def _is_service(name: str) -> str:
    if name not in ("gateway", *NAMES):
        raise ValueError("is not a service")
    return name


_Many = Field(min_length=1, max_length=len(SCOPES))
ClientScopes = Annotated[
    list[Annotated[str, AfterValidator(_client_scope), Field(examples=["matching:read"])]], _Many,
    AfterValidator(_each_once),
]  # fmt: skip
StaffScopes = Annotated[
    list[Annotated[str, AfterValidator(_staff_scope), Field(examples=["participants:read"])]], _Many,
    AfterValidator(_each_once),
]  # fmt: skip


class FoundingOrganisation(Body):
    """The organisation that a partnership begins with, such as the council."""

    name: Line = Field(examples=["Hazelbrook Council"])


class NewTenant(Body):
    """One neighbourhood partnership."""

    slug: Slug
    name: Line = Field(examples=["Hazelbrook"])
    default_language: Language
    time_zone: TimeZone
    organisation: FoundingOrganisation


class _Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int


class TenantPublic(_Shown):
    """A tenant, and the organisation it was founded by."""

    slug: str
    name: str
    default_language: str
    time_zone: str
    organisation_id: UUID


class NewClient(Body):
    """An app that acts for one organisation."""

    tenant_id: UUID | None = Field(default=None, description="For the bootstrap key, which has no tenant of its own.")
    organisation_id: UUID
    name: Line = Field(examples=["Time bank synchronisation"])
    scopes: ClientScopes


class SecretPublic(BaseModel):
    """That there is a secret; never what it is."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: datetime


class ClientPublic(_Shown):
    """A client; its secrets by id only."""

    organisation_id: UUID
    name: str
    scopes: list[str]
    secrets: list[SecretPublic]


class ClientWithSecret(ClientPublic):
    """A client just made: the only time its secret is shown."""

    client_id: UUID
    client_secret: str


class NewSecret(BaseModel):
    """A further secret: the only time it is shown."""

    id: UUID
    client_id: UUID
    client_secret: str
    created_at: datetime


class NewStaff(Body):
    """A member of staff, who acts through an app."""

    organisation_id: UUID
    label: Line = Field(
        examples=["Caseworker 3"],
        description="A role or a pseudonym; not the person's name, which Cando does not need.",
    )
    scopes: StaffScopes
    external_ids: ExternalIds = []


class StaffUpsert(Body):
    """What an upsert says about a member of staff; the external id stands in the address."""

    organisation_id: UUID
    label: Line = Field(examples=["Caseworker 3"], description="A role or a pseudonym; not the person's name.")
    scopes: StaffScopes


class StaffPublic(_Shown):
    """A member of staff."""

    organisation_id: UUID
    label: str
    scopes: list[str]
    external_ids: list[ExternalId]


class ServiceTokenWanted(Body):
    """Which service asks for a token of its own, for which tenant and to what end."""

    service: Annotated[str, AfterValidator(_is_service)]
    tenant: UUID | None = None
    purpose: Annotated[str, Field(pattern=r"^[A-Za-z0-9 :/_.-]{1,100}$")] | None = None
    on_behalf_of: UUID | None = None


class ServiceToken(BaseModel):
    """A signed internal token of a service."""

    token: str
    expires_in: int


class TokenAnswer(BaseModel):
    """An opaque access token (RFC 6749, section 5.1; RFC 8693, section 2.2.1)."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str
    issued_token_type: str | None = None


class OAuthErrorBody(BaseModel):
    """What is wrong with a request for a token (RFC 6749, section 5.2)."""

    error: str
    error_description: str


def shown_client(client: Client, secrets: list[Secret], **more: Any) -> dict[str, Any]:
    """Return what is shown of a client."""
    return {**client.model_dump(), "secrets": [secret.model_dump() for secret in secrets], **more}
