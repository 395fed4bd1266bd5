"""What the facade sees of `/v1`, by its client's own token: narrow and tolerant.

A member is somebody who has an account with the client's organisation and lets it show her. What is remembered between
pages (`remembered.py`) is asked about again before a page goes out: `confirm` is the last to be done.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, field_validator

from services.connect.komunitin import domain
from services.connect.komunitin.remembered import Remembered
from services.connect.public import Public, Refused
from services.kernel.problems import Forbidden, NotFound
from services.vocabulary.contact import reveals_contact

Kind = Literal["offer", "need"]
KINDS: tuple[Kind, ...] = ("offer", "need")
AGREED = "directory,timebank"
"""To be shown a person lets the organisation both show her and keep an account for her."""
_OVERLAP = timedelta(seconds=60)
"""Changes that were still being made when the last were read are asked for once more."""
_MOST_IDS = 200
_BODIES = {"organisation": "organisations", "group": "groups"}
"""Owners of accounts who are not people, and where the directory shows them."""
Model = TypeVar("Model", bound=BaseModel)


class Tenant(BaseModel):
    """The neighbourhood that the token belongs to."""

    id: UUID
    slug: str
    name: str
    default_language: str = "en"
    created_at: datetime
    updated_at: datetime


class Owner(BaseModel):
    """Whose account."""

    kind: str
    id: UUID


class Account(BaseModel):
    """An account of the time bank, in whole seconds."""

    id: UUID
    owner: Owner
    balance_seconds: int
    held_seconds: int = 0
    debit_limit_seconds: int = 0
    credit_limit_seconds: int | None = None
    state: str = "open"
    created_at: datetime
    updated_at: datetime


class Shown(BaseModel):
    """What a person, or an organisation, shows of itself."""

    name: str
    description: str | None = None
    created_at: datetime
    updated_at: datetime


class Person(Shown):
    """Her entry in the directory, as she wants to be called there; without a word that says how to reach her."""

    id: UUID
    participant_id: UUID
    languages: list[str] = []

    @field_validator("name", "description")
    @classmethod
    def _says_not_how_to_reach_her(cls, text: str | None) -> str | None:
        return "" if text and reveals_contact(text) else text


class Organisation(Shown):
    """An organisation or a group of the directory."""

    id: UUID
    kind: str | None = None


class Place(BaseModel):
    """The middle of a 1 km cell."""

    latitude: float
    longitude: float


class Listing(BaseModel):
    """An offer or a need."""

    id: UUID
    participant_id: UUID | None = None
    organisation_id: UUID | None = None
    title: str
    released_text: str | None = None
    category: str | None = None
    place: Place | None = None
    minutes: int | None = None
    exchange: str = "gift"
    visibility: str = "private"
    state: str
    withheld: bool = False
    expires_at: datetime | None = None
    created_at: datetime
    updated_at: datetime

    @property
    def owner(self) -> UUID | None:
        """Return whose it is."""
        return self.participant_id or self.organisation_id

    @property
    def is_public(self) -> bool:
        """Say whether it is for everybody: what a person lets be shown is for the group alone."""
        return self.visibility == "public" and self.participant_id is None

    def is_published(self, now: datetime) -> bool:
        """Say whether others may see it: open, meant for others, its words not withheld, not run out, quiet."""
        lasts = self.expires_at is None or self.expires_at > now
        shared = self.state == "open" and self.visibility in ("matching", "public") and not self.withheld
        return shared and lasts and self._is_quiet

    @cached_property
    def _is_quiet(self) -> bool:
        """Whether no word of a person's says how to reach her: that is for when both sides have accepted."""
        said = (self.title, self.released_text or "")
        return self.participant_id is None or not any(reveals_contact(one) for one in said)


class ExternalName(BaseModel):
    """What another system calls something."""

    system: str
    value: str


class Transfer(BaseModel):
    """Seconds that went from one account to another."""

    id: UUID
    from_account: UUID
    to_account: UUID
    seconds: int
    reason: str
    external_ids: list[ExternalName] = []
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who shows herself, or an organisation, with the account; `id` is the participant's or organisation's."""

    id: UUID
    shown: Person | Organisation
    account: Account


@dataclass(slots=True)
class World:
    """What one answer is made of."""

    tenant: Tenant
    now: datetime
    members: dict[UUID, Member] = field(default_factory=dict)
    accounts: dict[UUID, Account] = field(default_factory=dict)
    listings: dict[Kind, list[Listing]] = field(default_factory=dict)
    whole: bool = True
    _counts: dict[Kind, Counter[UUID | None]] = field(default_factory=dict)

    def of_account(self, account: UUID) -> Member | None:
        """Return the member that an account belongs to; the community's own belongs to none."""
        owner = self.accounts[account].owner
        return self.members.get(owner.id) if owner.kind != "community" else None

    def listed(self, kind: Kind, member: UUID) -> int:
        """Return how many offers or needs of a member are to be seen."""
        if kind not in self._counts:
            self._counts[kind] = Counter(one.owner for one in self.listings.get(kind, ()))
        return self._counts[kind][member]


class Neighbourhood:
    """`/v1`, as far as one token sees it; `further` when it goes on where a page before has ended."""

    def __init__(self, public: Public, *, now: datetime, memory: Remembered, further: bool = False) -> None:
        self._public = public
        self._now = now
        self._memory = memory
        self._further = further

    async def tenant(self) -> Tenant:
        """Return the token's neighbourhood. Raises Forbidden for one that belongs to none."""
        found = (await self._public.read("/v1/tenants", limit=2))["items"]
        if len(found) != 1:
            raise Forbidden("This token belongs to no neighbourhood.")
        return Tenant.model_validate(found[0])

    async def world(
        self, tenant: Tenant, *, kinds: Sequence[Kind] = (), owner: UUID | None = None, members: bool = True
    ) -> World:
        """Return members and their accounts, and their offers or needs; of one `owner` alone, or of all."""
        world = World(tenant, self._now, whole=owner is None)
        if not members:
            return world
        if owner is not None:
            world.accounts, world.members = await self._members(owner)
        elif not (self._further and self._memory.has_members()):
            self._memory.learn_members(*reversed(await self._members(None)))
        if owner is None:
            world.accounts, world.members = dict(self._memory.accounts), dict(self._memory.members)
        found = await asyncio.gather(*(self._listings(kind, world, owner) for kind in kinds))
        for kind, rows in zip(kinds, found, strict=True):
            world.listings[kind] = [one for one in rows if one.is_published(self._now) and one.owner in world.members]
        return world

    async def _members(self, owner: UUID | None) -> tuple[dict[UUID, Account], dict[UUID, Member]]:
        found, people = await asyncio.gather(
            self._all(Account, "/v1/accounts", state="open", owner_id=owner), self._people(owner)
        )
        organisations = await self._organisations([one.owner for one in found if one.owner.kind in _BODIES])
        known: Mapping[UUID, Person | Organisation] = {**organisations, **people}
        own = {one.id: one for one in found if one.owner.kind == "community" or one.owner.id in known}
        members = {
            one.owner.id: Member(one.owner.id, known[one.owner.id], one)
            for one in own.values() if one.owner.kind != "community"
        }  # fmt: skip
        return own, members

    async def confirm(self, world: World, rows: Collection[tuple[Kind, UUID]], owners: Collection[UUID]) -> bool:
        """Ask anew about what is on a page, and put it right in `world`. Return whether anything was otherwise.

        Owners are asked about on further pages alone: for a first page that has just been done.
        """
        asked = [self._confirm_rows(world, kind, {id for one, id in rows if one == kind}) for kind in KINDS]
        if self._further:
            asked.append(self._confirm_owners(world, {one for one in owners if one in world.members}))
        return any(await asyncio.gather(*asked))

    async def _confirm_rows(self, world: World, kind: Kind, ids: set[UUID]) -> bool:
        if not ids:
            return False
        path = f"/v1/{kind}s"
        fresh = {one.id: one for one in await self._these(Listing, path, ids) if one.is_published(self._now)}
        kept = self._memory.rows[path].by_id
        otherwise = {id for id in ids if fresh.get(id) != kept.get(id)}
        for id in otherwise:
            kept.pop(id, None)
        kept.update({id: fresh[id] for id in otherwise if id in fresh})
        shown = [kept.get(one.id) if one.id in otherwise else one for one in world.listings[kind]]
        world.listings[kind] = [one for one in shown if one is not None]
        return bool(otherwise)

    async def _confirm_owners(self, world: World, owners: set[UUID]) -> bool:
        entries = {one.shown.id: id for id in owners if isinstance((one := world.members[id]).shown, Person)}
        if not entries:
            return False
        accounts = {world.members[id].account.id: id for id in owners}
        people, found = await asyncio.gather(
            self._these(Person, "/v1/people", entries, agreed=AGREED), self._these(Account, "/v1/accounts", accounts)
        )
        fresh = {one.participant_id: one for one in people}
        held = {one.owner.id: one for one in found if one.state == "open"}
        otherwise = False
        for id in owners:
            was = world.members[id]
            shown = fresh.get(id) if isinstance(was.shown, Person) else was.shown
            now = Member(id, shown, held[id]) if shown is not None and id in held else None
            otherwise |= now != was
            self._put_right(world, was, now)
        return otherwise

    def _put_right(self, world: World, was: Member, now: Member | None) -> None:
        for place in (world, self._memory):
            if now is None:
                place.members.pop(was.id, None)
                place.accounts.pop(was.account.id, None)
            else:
                place.members[was.id], place.accounts[was.account.id] = now, now.account
        for kind, rows in world.listings.items():
            world.listings[kind] = [one for one in rows if one.owner in world.members]

    async def _these(self, model: type[Model], path: str, ids: Collection[UUID], **query: Any) -> list[Model]:
        every = sorted(str(id) for id in ids)
        parts = [every[at : at + _MOST_IDS] for at in range(0, len(every), _MOST_IDS)]
        found = await asyncio.gather(*(self._all(model, path, ids=",".join(part), **query) for part in parts))
        return [one for some in found for one in some]

    async def listing(self, kind: Kind, id: UUID) -> Listing:
        """Return one offer or need. Raises NotFound."""
        return Listing.model_validate(await self._one(f"/v1/{kind}s/{id}"))

    async def account(self, id: UUID) -> Account:
        """Return one account. Raises NotFound."""
        return Account.model_validate(await self._one(f"/v1/accounts/{id}"))

    async def transfer(self, id: UUID) -> Transfer | None:
        """Return one transfer by the ledger's own id, or None."""
        try:
            return Transfer.model_validate(await self._one(f"/v1/transfers/{id}"))
        except NotFound:
            return None

    async def transfer_called(self, id: UUID) -> Transfer | None:
        """Return the transfer that its client gave this id, or None."""
        found = await self._all(Transfer, "/v1/transfers", system=domain.SYSTEM, value=id)
        return found[0] if found else None

    async def transfers(self, *, account: UUID | None = None) -> list[Transfer]:
        """Return all transfers that the token sees, those of one account alone where it is named."""
        if account is None:
            return await self._remembered(Transfer, "/v1/transfers")
        return await self._all(Transfer, "/v1/transfers", account_id=account)

    async def make_transfer(self, key: str, body: Mapping[str, Any]) -> Transfer:
        """Move hours; with the same `key` and the same body again, nothing more moves. Raises Refused."""
        made = await self._public.change("POST", "/v1/transfers", body, headers={"idempotency-key": key})
        return Transfer.model_validate(made)

    async def _one(self, path: str) -> Any:
        try:
            return await self._public.read(path)
        except Refused as refused:
            if refused.status == NotFound.status:
                raise NotFound from None
            raise

    async def _all(self, model: type[Model], path: str, **query: Any) -> list[Model]:
        said = {name: value for name, value in query.items() if value is not None}
        return [model.model_validate(one) async for one in self._public.everything(path, **said)]

    async def _listings(self, kind: Kind, world: World, owner: UUID | None) -> list[Listing]:
        """Return what is offered or needed; a person's own is asked for by itself, an organisation's is among all."""
        path = f"/v1/{kind}s"
        member = None if owner is None else world.members.get(owner)
        if owner is None or (member is not None and isinstance(member.shown, Organisation)):
            every = await self._remembered(Listing, path, state="open")
            return every if owner is None else [one for one in every if one.owner == owner]
        return await self._all(Listing, path, state="open", participant_id=owner) if member is not None else []

    async def _remembered(self, model: type[Model], path: str, **query: Any) -> list[Model]:
        """Return a whole collection: as it was read a moment ago, with what has changed since."""
        kept = self._memory.kept(path, further=self._further)
        if kept is None:
            kept = self._memory.learn(path, await self._all(model, path, **query), upto=self._now)
        elif not self._further:
            since = (kept.upto - _OVERLAP).isoformat()
            kept.take(await self._all(model, path, updated_after=since), upto=self._now)
        return list(kept.by_id.values())

    async def _people(self, owner: UUID | None) -> dict[UUID, Person]:
        shown = await self._all(Person, "/v1/people", agreed=AGREED, participant_id=owner)
        return {one.participant_id: one for one in shown}

    async def _organisations(self, owners: Sequence[Owner]) -> dict[UUID, Organisation]:
        """Return these as the directory shows them; none where the token may not read it. They are few."""
        found = await asyncio.gather(*(self._organisation(f"/v1/{_BODIES[one.kind]}/{one.id}") for one in owners))
        return {one.id: one for one in found if one is not None}

    async def _organisation(self, path: str) -> Organisation | None:
        try:
            return Organisation.model_validate(await self._public.read(path))
        except Refused as refused:
            if refused.status in (Forbidden.status, NotFound.status):
                return None
            raise
