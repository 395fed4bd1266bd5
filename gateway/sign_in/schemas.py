"""The bodies of requests and answers about identity providers."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from gateway.schemas import StaffScopes
from gateway.sign_in.domain import ALGORITHMS
from services.kernel.fields import Body, Line, Patch, Switch, Whole


def _algorithm(name: str) -> str:
    if name not in ALGORITHMS:
        raise ValueError(f"must be one of {', '.join(ALGORITHMS)}")
    return name


def _each_once(names: list[str]) -> list[str]:
    return sorted(set(names))


_Lines = Annotated[list[Line], AfterValidator(_each_once)]
_ClaimName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_:/.-]{1,200}$")]
Address = Annotated[str, Field(min_length=1, max_length=200)]
Audiences = Annotated[_Lines, Field(min_length=1, max_length=20, examples=[["cando"]])]
Parties = Annotated[_Lines, Field(max_length=20, examples=[["casework-app"]])]
Algorithms = Annotated[
    list[Annotated[str, AfterValidator(_algorithm), Field(examples=["RS256"])]],
    Field(min_length=1, max_length=len(ALGORITHMS)), AfterValidator(_each_once),
]  # fmt: skip
Wanted = Annotated[
    dict[_ClaimName, Switch | Annotated[Whole, Field(ge=-(2**53), le=2**53)] | Line],
    Field(max_length=10, examples=[{"tid": "6f1c0f5e-0d0b-4f4b-9a5e-3f1f7a0f6d11"}]),
]
RolesClaim = Annotated[_ClaimName, Field(examples=["realm_access.roles"])]
Roles = Annotated[dict[Line, StaffScopes], Field(max_length=100, examples=[{"caseworker": ["participants:read"]}])]
Age = Annotated[Whole, Field(ge=60, le=86_400)]
SubjectClaim = Literal["sub", "oid"]


class NewIdentityProvider(Body):
    """Where the staff of one organisation sign in, and what is believed of the tokens that they get there."""

    organisation_id: UUID
    name: Line = Field(examples=["Hazelbrook Council's accounts"])
    issuer: Address = Field(
        examples=["https://sign-in.hazelbrook.example/realms/council"], description="`iss`, exactly as in its tokens."
    )
    audiences: Audiences = Field(description="`aud` must name one of them.")
    authorised_parties: Parties = Field(
        default=[], description="`azp` (or `appid`), where a token has it, must be one of them; if empty, an audience."
    )
    algorithms: Algorithms = Field(default=["RS256"], description="What its tokens may be signed with.")
    jwks_uri: Address | None = Field(
        default=None, description="Where its keys are; without it, its `/.well-known/openid-configuration` says it."
    )
    subject_claim: SubjectClaim = Field(default="sub", description="What a person is called for ever; Entra ID: `oid`.")
    required_claims: Wanted = Field(default={}, description="What must stand in its tokens, word for word.")
    roles_claim: RolesClaim | None = Field(default=None, description="Where a person's roles stand, by names and dots.")
    roles: Roles = Field(default={}, description="What each role allows. Without any, staff may what they may here.")
    provision: Switch = Field(default=False, description="Make whoever has one of the roles a member of staff.")
    exclusive: Switch = Field(default=False, description="Apps act for this organisation's staff by sign-in alone.")
    longest_age: Age = Field(default=900, description="Seconds after a token was made in which it may be shown.")


class IdentityProviderPatch(Patch):
    """A change. All tokens that were obtained by signing in there end at once, unless the name alone changes."""

    _required = frozenset({
        "name", "issuer", "audiences", "authorised_parties", "algorithms", "subject_claim", "required_claims", "roles",
        "provision", "exclusive", "longest_age",
    })  # fmt: skip

    name: Line | None = None
    issuer: Address | None = None
    audiences: Audiences | None = None
    authorised_parties: Parties | None = None
    algorithms: Algorithms | None = None
    jwks_uri: Address | None = None
    subject_claim: SubjectClaim | None = None
    required_claims: Wanted | None = None
    roles_claim: RolesClaim | None = None
    roles: Roles | None = None
    provision: Switch | None = None
    exclusive: Switch | None = None
    longest_age: Age | None = None


class IdentityProviderPublic(BaseModel):
    """An identity provider. Cando keeps no secret of it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    organisation_id: UUID
    name: str
    issuer: str
    audiences: list[str]
    authorised_parties: list[str]
    algorithms: list[str]
    jwks_uri: str | None
    subject_claim: SubjectClaim
    required_claims: dict[str, bool | int | str]
    roles_claim: str | None
    roles: dict[str, list[str]]
    provision: bool
    exclusive: bool
    longest_age: int
