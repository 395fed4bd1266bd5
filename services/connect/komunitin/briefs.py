"""What resources are chosen and ordered by, before any of them is made.

A collection may hold thousands, an answer shows a page of them. So what filters and orders look at is worked out by
name, for the resources and the names that are asked about, and only those of the page become resource objects.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from services.connect.komunitin import domain
from services.connect.komunitin.clients import Account, Kind, Listing, Member, Transfer
from services.connect.komunitin.domain import stamp
from services.connect.komunitin.jsonapi import Shape
from services.connect.komunitin.shapes import Shapes, id_of, type_of
from services.vocabulary import CATEGORIES

Point = tuple[float, float]
Facts = Mapping[str, Callable[[Any], Any]]


@dataclass(frozen=True, slots=True)
class Brief:
    """A resource to come: `fact` says by name what it is chosen by, `make` makes it, `place` is longitude, latitude.

    `row` and `owners` are what is asked about again before it goes out.
    """

    key: UUID
    fact: Callable[[str], Any]
    make: Callable[[], Shape]
    place: Point | None = None
    row: tuple[Kind, UUID] | None = None
    owners: tuple[UUID, ...] = ()


def of_shape(shape: Shape) -> Brief:
    """Return the brief of a resource that is made already; of such there are few."""

    def fact(name: str) -> Any:
        return shape.facts[name] if name in shape.facts else shape.value(name)

    return Brief(UUID(shape.body["id"]), fact, lambda: shape)


def of_listing(shapes: Shapes, kind: Kind, listing: Listing) -> Brief:
    """Return the brief of an offer or a need."""
    place = None if listing.place is None else (listing.place.longitude, listing.place.latitude)
    fact = partial(_looked_up, _KINDS[kind], listing)
    owners = () if listing.owner is None else (listing.owner,)
    return Brief(listing.id, fact, partial(shapes.listing, kind, listing), place, (kind, listing.id), owners)


def of_member(shapes: Shapes, member: Member) -> Brief:
    """Return the brief of a member."""

    def code(one: Member) -> str:
        return domain.member_code(shapes.code, one.account.id)

    def search(one: Member) -> str:
        return f"{one.shown.name} {one.shown.description or ''} {code(one)}"

    fact = partial(_looked_up, {**_MEMBER, "code": code, "search": search}, member)
    return Brief(member.id, fact, partial(shapes.member, member), owners=(member.id,))


def of_user(shapes: Shapes, member: Member) -> Brief:
    """Return the brief of who acts for a member."""
    fact = partial(_looked_up, _USER, member)
    return Brief(member.id, fact, partial(shapes.user, member), owners=(member.id,))


def of_account(shapes: Shapes, account: Account) -> Brief:
    """Return the brief of an account."""
    facts = {**_ACCOUNT, "code": lambda one: domain.member_code(shapes.code, one.id)}
    fact = partial(_looked_up, facts, account)
    return Brief(account.id, fact, partial(shapes.account, account), owners=(account.owner.id,))


def of_transfer(shapes: Shapes, transfer: Transfer) -> Brief:
    """Return the brief of a transfer."""
    sides = (shapes.world.accounts[id].owner.id for id in (transfer.from_account, transfer.to_account))
    fact = partial(_looked_up, _TRANSFER, transfer)
    return Brief(id_of(transfer), fact, partial(shapes.transfer, transfer), owners=tuple(sides))


def _looked_up(facts: Facts, of: Any, name: str) -> Any:
    found = facts.get(name)
    return None if found is None else found(of)


def _category(listing: Listing) -> str | None:
    if listing.category is None or listing.category not in CATEGORIES:
        return None
    return str(domain.category_id(listing.category))


_TIMES: Facts = {"created": lambda one: stamp(one.created_at), "updated": lambda one: stamp(one.updated_at)}
_LISTING: Facts = {
    **_TIMES, "id": lambda one: str(one.id), "code": lambda one: domain.short(one.id), "name": lambda one: one.title,
    "expires": lambda one: None if one.expires_at is None else stamp(one.expires_at),
    "state": lambda _: "published", "status": lambda _: "published", "expired": lambda _: "false",
    "access": lambda one: domain.access(one.is_public),
    "member": lambda one: str(one.owner), "members": lambda one: str(one.owner), "category": _category,
    "search": lambda one: f"{one.title} {one.released_text or ''}",
}  # fmt: skip
_KINDS: Mapping[Kind, Facts] = {
    "offer": {**_LISTING, "type": lambda _: "offers"}, "need": {**_LISTING, "type": lambda _: "needs"},
}  # fmt: skip
_SHOWN: Facts = {
    "created": lambda one: stamp(one.shown.created_at), "updated": lambda one: stamp(one.shown.updated_at),
    "id": lambda one: str(one.id), "name": lambda one: one.shown.name,
}  # fmt: skip
_MEMBER: Facts = {
    **_SHOWN, "account": lambda one: str(one.account.id), "state": lambda _: "active", "status": lambda _: "active",
    "access": lambda _: "group", "type": lambda one: type_of(one.shown),
}  # fmt: skip
_USER: Facts = {**_SHOWN, "member": lambda one: str(one.id), "members": lambda one: str(one.id)}
_ACCOUNT: Facts = {
    **_TIMES, "id": lambda one: str(one.id), "status": lambda _: "active", "balance": lambda one: one.balance_seconds,
    "creditLimit": lambda one: one.debit_limit_seconds, "maximumBalance": lambda one: one.credit_limit_seconds,
}  # fmt: skip
_TRANSFER: Facts = {
    **_TIMES, "id": lambda one: str(id_of(one)), "amount": lambda one: one.seconds, "state": lambda _: "committed",
    "payer": lambda one: str(one.from_account), "payee": lambda one: str(one.to_account),
    "account": lambda one: (str(one.from_account), str(one.to_account)), "search": lambda one: one.reason,
}  # fmt: skip
