"""Matching's narrow view of its neighbours: who may be named, who people are, what was published, what is held.

What they say beyond this is ignored, so that they can grow.
"""

from collections.abc import Collection, Mapping
from datetime import date
from itertools import islice
from typing import Any, Literal, NamedTuple, TypeVar
from uuid import UUID

from pydantic import BaseModel, TypeAdapter, ValidationError

from services.kernel.problems import Conflict, Unavailable
from services.kernel.upstream import Answer, UpstreamUnavailable
from services.kernel.work import Work

_AT_ONCE = 200
_MOST_ASKED = 1000
_PATIENCE = 3.0
"""Seconds that a write waits for the authority. Readers wait shorter: `Settings.consent_timeout`."""
Shape = TypeVar("Shape")
Purpose = Literal["matching", "public_listing"]


class ConsentUnknown(Unavailable):
    slug = "consent-unknown"
    title = "Whether consent is there cannot be asked at the moment"


class HoldRefused(Conflict):
    slug = "hold-refused"
    title = "The time bank does not hold the hours that this match would cost"


class Verdict(BaseModel):
    """What the authority says of one person: may this be shared, may they be asked, whom they are kept from."""

    allowed: bool = False
    ask: bool = False
    blocks: frozenset[UUID] = frozenset()


class _Verdicts(BaseModel):
    people: dict[UUID, Verdict]


class _InCare(BaseModel):
    people: frozenset[UUID]


class _Tongue(BaseModel):
    tag: str


class Spot(BaseModel):
    latitude: float
    longitude: float


class Check(BaseModel):
    """A check that somebody holds, and its last day."""

    kind: str
    valid_until: date


class Profile(BaseModel):
    """A participant as far as gates and factors need to know."""

    id: UUID
    version: int
    languages: list[_Tongue] = []
    place: Spot | None = None
    travel: list[str] = []
    reach_km: float | None = None
    availability: list[dict[str, Any]] = []
    busy: list[dict[str, Any]] = []
    gender: str | None = None
    born_on: date | None = None
    guardian_agreed: bool = False
    checks: list[Check] = []


class Organisation(BaseModel):
    """An organisation, and where anybody can reach it."""

    id: UUID
    website: str | None = None


class OwnTerm(BaseModel):
    """A name of a concept that the community has added itself."""

    id: UUID
    concept: str
    text: str
    language: str | None = None


class _Origin(BaseModel):
    system: str
    id: str | None = None


class _Conditions(BaseModel):
    gender: Literal["female", "male", "diverse"] | None = None
    grown_up: bool = False
    checks: list[str] = []


class Publication(BaseModel):
    """A need or an offer that an assessment or a round table has made known."""

    id: UUID
    kind: Literal["need", "offer"]
    participant_id: UUID
    held_by: UUID
    title: str
    text: str | None = None
    released_text: str | None = None
    language: str = "en"
    category: str | None = None
    concepts: list[str] = []
    place: Spot | None = None
    means: list[str] = []
    minutes: int | None = None
    availability: list[dict[str, Any]] = []
    exchange: Literal["gift", "credit"] = "gift"
    conditions: _Conditions = _Conditions()
    source: _Origin
    version: int
    withdrawn: bool = False


class Released(BaseModel):
    """Contacts by person, and why one is withheld."""

    contacts: dict[UUID, list[dict[str, str]] | None]
    withheld: dict[UUID, str] = {}


class Known(NamedTuple):
    """A participant whom a name in another system leads to: the record that carries it, and whom it is now."""

    id: UUID
    lives_as: UUID


class _Named(BaseModel):
    system: str
    value: str
    id: UUID
    lives_as: UUID


class _People(BaseModel):
    people: list[_Named]


class Payer(NamedTuple):
    """Whose account gives or takes: a participant's or an organisation's."""

    id: UUID
    kind: Literal["participant", "organisation"]


async def verdicts(
    work: Work,
    people: Collection[UUID],
    *,
    organisation: UUID,
    within: float = _PATIENCE,
    staff: UUID | None = None,
    purpose: Purpose = "matching",
) -> Mapping[UUID, Verdict]:
    """Ask the authority about these people, now and in one batch. Whoever it does not mention is not allowed.

    With `staff`, a member of the organisation's, only people whom they are assigned to are. Raises ConsentUnknown when
    it does not answer `within` so many seconds.
    """
    asked = sorted(set(people))[:_MOST_ASKED]
    if not asked:
        return {}
    body = {"people": [str(one) for one in asked], "organisation": str(organisation), "purpose": purpose}
    body |= {} if staff is None else {"staff": str(staff)}
    try:
        await work.peers.tokens.within(work.tenant)  # fetched before the clock starts: it is not the authority's time
        answer = await work.peers.ask(
            "directory", "POST", "/internal/authority", tenant=work.tenant, body=body, timeout=within
        )
        said = _Verdicts.model_validate_json(_ok(answer).body).people
    except (UpstreamUnavailable, ValidationError):
        raise ConsentUnknown from None
    return {one: said.get(one, Verdict()) for one in asked}


async def named(work: Work, names: Collection[tuple[str, str]]) -> dict[tuple[str, str], Known]:
    """Return whom the caller's organisation knows by these ids (system, value) of other systems."""
    if not names:
        return {}
    asked = [{"system": system, "value": value} for system, value in sorted(names)]
    body = {"organisation": str(work.organisation), "names": asked}
    answer = await work.peers.ask(
        "directory", "POST", "/internal/participants:named", tenant=work.tenant, body=body, timeout=_PATIENCE
    )
    try:
        people = _People.model_validate_json(_ok(answer).body).people
    except ValidationError:
        raise UpstreamUnavailable("directory answered what cannot be read.") from None
    return {(one.system, one.value): Known(one.id, one.lives_as) for one in people}


async def in_care(work: Work) -> frozenset[UUID] | None:
    """Return whose needs, offers and matches the caller may see as a member of staff; None who is none.

    Those whom she is assigned to and who let her organisation match them, now. Raises ConsentUnknown.
    """
    staff, organisation = work.caller.staff, work.caller.organisation
    if staff is None or organisation is None:
        return None
    query = {"organisation": str(organisation), "purpose": "matching"}
    try:
        answer = await work.peers.ask(
            "directory", "GET", f"/internal/staff/{staff}/people", tenant=work.tenant, query=query, timeout=_PATIENCE
        )
        return _InCare.model_validate_json(_ok(answer).body).people
    except (UpstreamUnavailable, ValidationError):
        raise ConsentUnknown from None


async def profiles(work: Work, people: Collection[UUID]) -> list[Profile]:
    """Return what the directory knows of these people; whoever is missing is gone."""
    return await _fetch(work, "directory", "/internal/participants", people, TypeAdapter(list[Profile]))


async def organisations(work: Work, ids: Collection[UUID]) -> list[Organisation]:
    """Return these organisations; whoever is missing is gone."""
    return await _fetch(work, "directory", "/internal/organisations", ids, TypeAdapter(list[Organisation]))


async def terms(work: Work) -> list[OwnTerm]:
    """Return the names that the community has added to the vocabulary."""
    answer = _ok(await work.peers.ask("directory", "GET", "/internal/terms", tenant=work.tenant))
    return TypeAdapter(list[OwnTerm]).validate_python(_items(answer))


async def publications(work: Work, ids: Collection[UUID]) -> list[Publication]:
    """Return these publications as they are now."""
    return await _fetch(work, "assessments", "/internal/publications", ids, TypeAdapter(list[Publication]))


async def hold(work: Work, *, match: UUID, payer: Payer, payee: Payer, seconds: int, organisation: UUID) -> None:
    """Have the time bank hold the hours of a match; asked again it is the same hold. Raises HoldRefused."""
    body = {
        "match_id": str(match), "seconds": seconds, "organisation": str(organisation),
        "payer": str(payer.id), "payer_kind": payer.kind, "payee": str(payee.id), "payee_kind": payee.kind,
    }  # fmt: skip
    answer = await work.peers.ask("timebank", "POST", "/internal/holds", tenant=work.tenant, body=body)
    if answer.status not in (200, 201):
        raise HoldRefused


async def release_contacts(
    work: Work, *, match: UUID, organisation: UUID, people: Collection[UUID], parties: Collection[UUID]
) -> Released:
    """Fetch contacts of `people` for an introduction, with a token for that purpose alone. Nothing of it is kept here.

    `parties` are all people on the match: the directory looks once more whether anything stands between them.
    """
    body = {
        "match_id": str(match), "organisation": str(organisation),
        "people": [str(one) for one in people], "parties": [str(one) for one in parties],
    }  # fmt: skip
    answer = await work.peers.ask(
        "directory", "POST", "/internal/contacts:release", tenant=work.tenant, body=body, purpose="introduction"
    )
    try:
        return Released.model_validate_json(_ok(answer).body)
    except ValidationError:
        raise UpstreamUnavailable("directory answered what cannot be read.") from None


async def _fetch(
    work: Work, service: str, path: str, ids: Collection[UUID], shape: TypeAdapter[list[Shape]]
) -> list[Shape]:
    found: list[Shape] = []
    rest = iter(sorted(set(ids)))
    for some in iter(lambda: list(islice(rest, _AT_ONCE)), []):
        asked = {"ids": ",".join(map(str, some))}
        answer = _ok(await work.peers.ask(service, "GET", path, tenant=work.tenant, query=asked))
        found.extend(shape.validate_python(_items(answer)))
    return found


def _items(answer: Answer) -> Any:
    """Return the list in an answer, which is the answer itself or its `items`."""
    said = answer.json()
    return said.get("items", []) if isinstance(said, dict) else said


def _ok(answer: Answer) -> Answer:
    if answer.status != 200:
        raise UpstreamUnavailable(f"A neighbour answered {answer.status}.")
    return answer
