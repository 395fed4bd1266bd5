"""What can be asked of the facade: one function per use case, each for one token and one request.

Whatever the token does not see in `/v1`, and whoever does not let herself be shown, is answered as unknown: 404.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from services.connect.komunitin import briefs, domain
from services.connect.komunitin.briefs import Brief
from services.connect.komunitin.clients import KINDS, Account, Kind, Member, Neighbourhood, Tenant, Transfer, World
from services.connect.komunitin.jsonapi import Allowed, Paged, Query, Shape, chosen, paged
from services.connect.komunitin.remembered import Remembered
from services.connect.komunitin.schemas import NewTransfer
from services.connect.komunitin.shapes import Shapes
from services.connect.public import Public, Refused
from services.kernel.problems import Conflict, NotFound, Unavailable
from services.vocabulary import CATEGORIES

_OF_MEMBER = {"member", "member.group", "member.group.currency", "member.account", "member.contacts"}
_OF_GROUP = {"group", "group.currency", "group.contacts", "group.settings"}
GROUPS = Allowed(
    include=frozenset({"contacts", "currency", "settings", "categories"}),
    filter=frozenset({"id", "code", "status", "state", "access", "search"}),
    sort=("created", "updated", "code", "name", "location"),
)
CATEGORIES_ASKED = Allowed(
    include=frozenset(_OF_GROUP),
    filter=frozenset({"id", "code", "search"}),
    sort=("code", "name", "created", "updated"),
)
MEMBERS = Allowed(
    include=frozenset({*_OF_GROUP, "account", "contacts"}),
    filter=frozenset({"id", "code", "account", "state", "status", "access", "type", "search"}),
    sort=("created", "updated", "name", "code", "location"),
)
LISTINGS = Allowed(
    include=frozenset({*_OF_MEMBER, *_OF_GROUP, "category"}),
    filter=frozenset(
        {"id", "code", "member", "members", "category", "state", "status", "access", "type", "expired", "search"}
    ),
    sort=("created", "updated", "expires", "name", "code", "location"),
)
USERS = Allowed(
    include=frozenset({"settings", "members", "members.group", "members.account", "members.group.currency"}),
    filter=frozenset({"id", "member", "members"}),
    sort=("created", "updated", "name"),
)
CURRENCIES = Allowed(
    include=frozenset({"settings"}), filter=frozenset({"id", "code", "status"}), sort=("code", "created", "updated")
)
ACCOUNTS = Allowed(
    include=frozenset({"currency", "settings", "currency.settings"}),
    filter=frozenset({"id", "code", "status"}),
    sort=("code", "created", "updated", "balance", "creditLimit", "maximumBalance"),
)
TRANSFERS = Allowed(
    include=frozenset({"currency", "payer", "payee", "payer.currency", "payee.currency"}),
    filter=frozenset({"id", "payer", "payee", "account", "state", "search", "from", "to"}),
    sort=("created", "updated", "amount"),
)
SETTINGS = Allowed()
_TRIES = 20
_ME = "me"


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, by which token, and what absolute addresses start with for them."""

    public: Public
    base: str
    now: datetime
    memory: Remembered
    further: bool = False

    @property
    def neighbourhood(self) -> Neighbourhood:
        """Return `/v1` as the token sees it."""
        return Neighbourhood(self.public, now=self.now, memory=self.memory, further=self.further)

    async def tenant(self, code: str | None) -> Tenant:
        """Return the neighbourhood; `code` must be its group's. Raises NotFound."""
        tenant = await self.neighbourhood.tenant()
        if code is not None and code.upper() not in (domain.group_code(tenant.slug), str(tenant.id).upper()):
            raise NotFound
        return tenant


@dataclass(frozen=True, slots=True)
class Collected:
    """A collection: what is known of its resources, to be asked about again before a page of it goes out."""

    shapes: Shapes
    briefs: Callable[[], list[Brief]]

    async def page(self, asking: Asking, query: Query) -> Paged[Brief]:
        """Return a page of what is to be seen at this moment; what turns out not to be is left out, and filled up."""
        for _ in range(_TRIES):
            page = paged(self.briefs(), query)
            rows = [one.row for one in page.briefs if one.row is not None]
            owners = {owner for one in page.briefs for owner in one.owners}
            if not await asking.neighbourhood.confirm(self.shapes.world, rows, owners):
                return page
        raise Unavailable("This changes too fast to be read.")


def fixed(found: list[Shape]) -> list[Brief]:
    """Return the briefs of a few resources that are made already."""
    return [briefs.of_shape(one) for one in found]


def _kinds(query: Query, *, more: Iterable[Kind] = ()) -> tuple[Kind, ...]:
    """Return which listings an answer needs: members and groups are told with how many they have."""
    counted = query.touches("member", "members", "group")
    return KINDS if counted else tuple(more)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _coded(found: Iterable[Brief], text: str) -> Shape:
    for one in found:
        if text.casefold() in (str(one.key), str(one.fact("code") or "").casefold()):
            return one.make()
    raise NotFound


# --- social ---------------------------------------------------------------------------------------------------------


async def groups(asking: Asking) -> list[Brief]:
    """Return the token's group: there is one."""
    return fixed([await group(asking, None)])


async def group(asking: Asking, code: str | None) -> Shape:
    """Return a group with how many members, offers and needs are to be seen in it. Raises NotFound."""
    world = await asking.neighbourhood.world(await asking.tenant(code), kinds=KINDS)
    return Shapes(asking.base, world).group()


async def group_settings(asking: Asking, code: str) -> Shape:
    """Return what a group sets."""
    return Shapes(asking.base, World(await asking.tenant(code), asking.now)).group_settings()


async def categories(asking: Asking, code: str, query: Query) -> list[Brief]:
    """Return the categories of the vocabulary."""
    tenant = await asking.tenant(code)
    world = await asking.neighbourhood.world(tenant, kinds=_kinds(query), members=query.touches("group"))
    shapes = Shapes(asking.base, world)
    return fixed([shapes.category(key) for key in CATEGORIES])


async def category(asking: Asking, code: str, named: str, query: Query) -> Shape:
    """Return one category by id or code. Raises NotFound."""
    return _coded(await categories(asking, code, query), named)


async def members(asking: Asking, code: str) -> Collected:
    """Return everybody who lets herself be shown."""
    world = await asking.neighbourhood.world(await asking.tenant(code), kinds=KINDS)
    shapes = Shapes(asking.base, world)
    return Collected(shapes, lambda: [briefs.of_member(shapes, one) for one in world.members.values()])


async def member(asking: Asking, code: str, named: str) -> Shape:
    """Return one member by id or code. Raises NotFound."""
    world = await asking.neighbourhood.world(await asking.tenant(code), kinds=KINDS, owner=_id(named))
    shapes = Shapes(asking.base, world)
    return _coded((briefs.of_member(shapes, one) for one in world.members.values()), named)


async def listings(asking: Asking, code: str, query: Query, *kinds: Kind) -> Collected:
    """Return the offers, the needs or both that are to be seen."""
    tenant = await asking.tenant(code)
    world = await asking.neighbourhood.world(tenant, kinds=_kinds(query, more=kinds))
    shapes = Shapes(asking.base, world)
    return Collected(
        shapes, lambda: [briefs.of_listing(shapes, kind, one) for kind in kinds for one in world.listings[kind]]
    )


async def listing(asking: Asking, code: str, named: str, query: Query, *kinds: Kind) -> Shape:
    """Return one offer or need by id or code, read anew. Raises NotFound."""
    tenant, neighbourhood = await asking.tenant(code), asking.neighbourhood
    kind, id = await _listing_named(asking, tenant, named, kinds)
    owner = (await neighbourhood.listing(kind, id)).owner
    world = await neighbourhood.world(tenant, kinds=_kinds(query, more=kinds), owner=owner)
    shapes = Shapes(asking.base, world)
    return _coded((briefs.of_listing(shapes, kind, one) for one in world.listings[kind]), str(id))


async def _listing_named(asking: Asking, tenant: Tenant, named: str, kinds: tuple[Kind, ...]) -> tuple[Kind, UUID]:
    """Return which of `kinds` has this id or code. Raises NotFound."""
    id = _id(named)
    if id is not None and len(kinds) == 1:
        return kinds[0], id
    world = await asking.neighbourhood.world(tenant, kinds=kinds)
    for kind in kinds:
        for one in world.listings[kind]:
            if id == one.id or named.upper() == domain.short(one.id):
                return kind, one.id
    raise NotFound


async def users(asking: Asking, query: Query) -> Collected:
    """Return who acts for members."""
    world = await asking.neighbourhood.world(await asking.tenant(None), kinds=_kinds(query))
    shapes = Shapes(asking.base, world)
    return Collected(shapes, lambda: [briefs.of_user(shapes, one) for one in world.members.values()])


async def user(asking: Asking, named: str, query: Query) -> Shape:
    """Return who acts for one member; `me` is the client itself. Raises NotFound."""
    if named == _ME:
        return (await _itself(asking)).itself()
    shapes, found = await _user(asking, named, _kinds(query))
    return shapes.user(found)


async def user_settings(asking: Asking, named: str) -> Shape:
    """Return what who acts for a member wants to be told. Raises NotFound."""
    if named == _ME:
        me = (await _itself(asking)).itself()
        return next(iter(me.related["settings"]()))
    shapes, found = await _user(asking, named, ())
    return shapes.user_settings(found)


async def _itself(asking: Asking) -> Shapes:
    return Shapes(asking.base, World(await asking.tenant(None), asking.now))


async def _user(asking: Asking, named: str, kinds: tuple[Kind, ...]) -> tuple[Shapes, Member]:
    id = _id(named)
    if id is None:
        raise NotFound
    world = await asking.neighbourhood.world(await asking.tenant(None), kinds=kinds, owner=id)
    if id not in world.members:
        raise NotFound
    return Shapes(asking.base, world), world.members[id]


# --- accounting -----------------------------------------------------------------------------------------------------


async def currency(asking: Asking, code: str | None) -> Shape:
    """Return the time bank's currency."""
    return Shapes(asking.base, World(await asking.tenant(code), asking.now)).currency()


async def currency_settings(asking: Asking, code: str) -> Shape:
    """Return what holds for all accounts."""
    return Shapes(asking.base, World(await asking.tenant(code), asking.now)).currency_settings()


async def accounts(asking: Asking, code: str) -> Collected:
    """Return the members' accounts and the community's own."""
    world = await asking.neighbourhood.world(await asking.tenant(code))
    shapes = Shapes(asking.base, world)
    return Collected(shapes, lambda: [briefs.of_account(shapes, one) for one in world.accounts.values()])


async def account(asking: Asking, code: str, named: str) -> Shape:
    """Return one account by id or code. Raises NotFound."""
    shapes, found = await _account(asking, code, named)
    return shapes.account(found)


async def account_settings(asking: Asking, code: str, named: str) -> Shape:
    """Return what an account allows. Raises NotFound."""
    shapes, found = await _account(asking, code, named)
    return shapes.account_settings(found)


async def _account(asking: Asking, code: str, named: str) -> tuple[Shapes, Account]:
    tenant, owner = await asking.tenant(code), None
    if (id := _id(named)) is not None:
        owner = (await asking.neighbourhood.account(id)).owner.id
    shapes = Shapes(asking.base, await asking.neighbourhood.world(tenant, owner=owner))
    shape = _coded((briefs.of_account(shapes, one) for one in shapes.world.accounts.values()), named)
    return shapes, shapes.world.accounts[UUID(shape.body["id"])]


async def transfers(asking: Asking, code: str, query: Query) -> Collected:
    """Return the transfers between accounts that are to be seen."""
    tenant = await asking.tenant(code)
    one = query.filters.get("account", ())
    account = _id(one[0]) if len(one) == 1 else None
    found = await asking.neighbourhood.transfers(account=account)
    shapes = Shapes(asking.base, await asking.neighbourhood.world(tenant))
    return Collected(shapes, lambda: [briefs.of_transfer(shapes, one) for one in found if _between(shapes.world, one)])


async def counted(asking: Asking, code: str, query: Query, *, accounts: bool, least: int) -> Shape:
    """Return how many transfers there were in a time, or how many accounts had at `least` so many of them."""
    transfers_shown = chosen((await transfers(asking, code, query)).briefs(), query)
    sides = Counter(id for one in transfers_shown for id in one.fact("account"))
    if accounts:
        world = await asking.neighbourhood.world(await asking.tenant(code))
        number = sum(sides[str(id)] >= least for id in world.accounts)
    else:
        number = len(transfers_shown)
    return Shapes(asking.base, World(await asking.tenant(code), asking.now)).statistics(
        "accounts" if accounts else "transfers", number
    )


async def transfer(asking: Asking, code: str, named: str) -> Shape:
    """Return one transfer by the id that its client gave it, or the ledger's. Raises NotFound."""
    tenant, id = await asking.tenant(code), _id(named)
    found = None if id is None else await _transfer(asking, id)
    shapes = Shapes(asking.base, await asking.neighbourhood.world(tenant))
    if found is None or not _between(shapes.world, found):
        raise NotFound
    return shapes.transfer(found)


async def _transfer(asking: Asking, id: UUID) -> Transfer | None:
    found = await asking.neighbourhood.transfer(id)
    if found is not None:
        return found
    return await asking.neighbourhood.transfer_called(id)


def _between(world: World, transfer: Transfer) -> bool:
    return transfer.from_account in world.accounts and transfer.to_account in world.accounts


async def make_transfer(asking: Asking, code: str, wanted: NewTransfer, *, key: str | None) -> Shape:
    """Move hours at once. The same id with the same content again is shown what was made of it the first time.

    Raises NotFound for an account that is not to be seen, Conflict for an id that was given to another transfer.
    """
    tenant = await asking.tenant(code)
    shapes = Shapes(asking.base, await asking.neighbourhood.world(tenant))
    if wanted.payer not in shapes.world.accounts or wanted.payee not in shapes.world.accounts:
        raise NotFound("Payer and payee must be accounts of this group.")
    try:
        made = await asking.neighbourhood.make_transfer(_key(wanted, key), _body(wanted))
    except Refused as refused:
        known = await _made_before(asking, wanted, refused)
        if known is None:
            raise
        made = known
    return shapes.transfer(made)


def _key(wanted: NewTransfer, given: str | None) -> str:
    return f"{domain.SYSTEM}-{wanted.id}" if wanted.id is not None else given or str(uuid4())


def _body(wanted: NewTransfer) -> dict[str, Any]:
    names = [] if wanted.id is None else [{"system": domain.SYSTEM, "value": str(wanted.id)}]
    return {"from_account": str(wanted.payer), "to_account": str(wanted.payee), "seconds": wanted.amount,
            "reason": wanted.description, "external_ids": names}  # fmt: skip


async def _made_before(asking: Asking, wanted: NewTransfer, refused: Refused) -> Transfer | None:
    """Return the transfer that has this id already, by another client of the same organisation, or None."""
    if refused.slug not in ("external-id-taken", "idempotency-key-reused") or wanted.id is None:
        return None
    known = await _transfer(asking, wanted.id)
    same = known and (known.from_account, known.to_account, known.seconds, known.reason) == (
        wanted.payer, wanted.payee, wanted.amount, wanted.description
    )  # fmt: skip
    if not same:
        raise Conflict("This id was given to another transfer.")
    return known
