"""Resources as Komunitin's clients read them: types, attributes, relationships, links.

Texts are `name` and `content`; places are GeoJSON points, longitude first; what is in another of the bases (a group's
currency, a member's account) is an external relationship with the address where it is to be had.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.connect.komunitin import domain
from services.connect.komunitin.clients import Account, Kind, Listing, Member, Organisation, Person, Transfer, World
from services.connect.komunitin.domain import stamp
from services.connect.komunitin.jsonapi import Shape, as_moment
from services.vocabulary import CATEGORIES, main_language

SOCIAL = "/komunitin/social"
ACCOUNTING = "/komunitin/accounting"
_PUBLIC_BODIES = ("council", "school", "health")
Facts = Mapping[str, str | tuple[str, ...]]


def _to_one(shape: tuple[str, UUID], related: str, *, external: bool = False) -> dict[str, Any]:
    data: dict[str, Any] = {"type": shape[0], "id": str(shape[1])}
    if external:
        data["meta"] = {"external": True, "href": related}
    return {"links": {"related": related}, "data": data}


def _to_many(related: str, count: int | None) -> dict[str, Any]:
    return {"links": {"related": related}, **({} if count is None else {"meta": {"count": count}})}


def _external(type: str, id: UUID, href: str) -> Shape:
    return Shape({"type": type, "id": str(id), "links": {"self": href}, "meta": {"external": True, "href": href}})


@dataclass(frozen=True, slots=True)
class Shapes:
    """Makes resources of one group; `base` is what absolute addresses start with."""

    base: str
    world: World

    @property
    def code(self) -> str:
        """Return the group's code."""
        return domain.group_code(self.world.tenant.slug)

    def social(self, path: str = "") -> str:
        """Return an address below the group in the social base."""
        return f"{self.base}{SOCIAL}/{self.code}{path}"

    def accounting(self, path: str) -> str:
        """Return an address below the group in the accounting base."""
        return f"{self.base}{ACCOUNTING}/{self.code}{path}"

    def _made(
        self, type: str, id: UUID, address: str, attributes: dict[str, Any], relationships: dict[str, Any],
        *, facts: Facts | None = None, **related: Callable[[], Iterable[Shape]],
    ) -> Shape:  # fmt: skip
        body: dict[str, Any] = {"type": type, "id": str(id), "attributes": attributes}
        if relationships:
            body["relationships"] = relationships
        told = {"id": str(id), **{name: str(attributes[name]) for name in _TOLD if name in attributes}}
        return Shape({**body, "links": {"self": address}}, {**told, **(facts or {})}, related)

    # --- social -----------------------------------------------------------------------------------------------------

    def group(self) -> Shape:
        """Return the neighbourhood as a group."""
        tenant, world = self.world.tenant, self.world
        currency = domain.currency_id(tenant.id)
        href = self.accounting("/currency")
        counts = {kind: len(found) for kind, found in world.listings.items()} if world.whole else {}
        attributes = {
            "code": self.code, "name": tenant.name, "description": "", "image": None, "website": "", "access": "public",
            "status": "active", "state": "active", **self._times(tenant),
        }  # fmt: skip
        relationships = {
            "contacts": {"data": []},
            "admins": {"data": []},
            "members": _to_many(self.social("/members"), len(world.members) if counts else None),
            "categories": _to_many(self.social("/categories"), len(CATEGORIES)),
            "offers": _to_many(self.social("/offers"), counts.get("offer")),
            "needs": _to_many(self.social("/needs"), counts.get("need")),
            "posts": _to_many(self.social("/posts"), sum(counts.values()) if counts else None),
            "currency": _to_one(("currencies", currency), href, external=True),
            "settings": _to_one(("group-settings", domain.settings_id(tenant.id)), self.social("/settings")),
        }
        return self._made(
            "groups", tenant.id, self.social(), attributes, relationships, contacts=tuple,
            currency=lambda: [_external("currencies", currency, href)], settings=lambda: [self.group_settings()],
            categories=lambda: [self.category(key) for key in CATEGORIES],
        )  # fmt: skip

    def group_settings(self) -> Shape:
        """Return what a group sets: nobody signs up here, and nothing is mailed from here."""
        attributes = {
            "requireAcceptTerms": False, "terms": "", "minOffers": 0, "minNeeds": 0, "requireAdminApproval": True,
            "allowAnonymousMemberList": False, "enableGroupEmail": False, "defaultGroupEmailFrequency": "never",
        }  # fmt: skip
        group = {"group": _to_one(("groups", self.world.tenant.id), self.social())}
        id = domain.settings_id(self.world.tenant.id)
        return self._made("group-settings", id, self.social("/settings"), attributes, group)

    def category(self, key: str) -> Shape:
        """Return a category of the vocabulary, called as the neighbourhood's language calls it."""
        category, tenant = CATEGORIES[key], self.world.tenant
        id = domain.category_id(key)
        tongue = main_language(tenant.default_language)
        attributes: dict[str, Any] = {
            "code": key, "name": category.labels.get(tongue, category.labels["en"]), "cpa": [], "description": "",
            "icon": None, "access": "public", **self._times(tenant),
        }  # fmt: skip
        relationships = {
            "group": _to_one(("groups", tenant.id), self.social()),
            "offers": _to_many(self.social(f"/offers?filter[category]={id}"), None),
            "needs": _to_many(self.social(f"/needs?filter[category]={id}"), None),
        }
        return self._made("categories", id, self.social(f"/categories/{key}"), attributes, relationships,
                          facts={"search": f"{attributes['name']} {key}"}, group=lambda: [self.group()])  # fmt: skip

    def member(self, member: Member) -> Shape:
        """Return a member: called as she chose to be, without any way to reach her and without a place."""
        shown, account = member.shown, member.account
        code, href = self._code_of(account), self.accounting(f"/accounts/{account.id}")
        attributes = {
            "code": code, "access": "group", "name": shown.name or code, "type": type_of(shown), "state": "active",
            "status": "active", "description": shown.description or "", "image": None, **self._times(shown),
        }  # fmt: skip
        relationships = {
            "contacts": {"data": []},
            "group": _to_one(("groups", self.world.tenant.id), self.social()),
            "needs": _to_many(self.social(f"/needs?filter[member]={member.id}"), self.world.listed("need", member.id)),
            "offers": _to_many(
                self.social(f"/offers?filter[member]={member.id}"), self.world.listed("offer", member.id)
            ),
            "account": _to_one(("accounts", account.id), href, external=True),
        }
        return self._made(
            "members", member.id, self.social(f"/members/{code}"), attributes, relationships,
            group=lambda: [self.group()], account=lambda: [_external("accounts", account.id, href)], contacts=tuple,
        )  # fmt: skip

    def listing(self, kind: Kind, listing: Listing) -> Shape:
        """Return an offer or a need: what its owner lets others read of it."""
        owner = listing.owner
        assert owner is not None
        member = self.world.members[owner]
        code, path = domain.short(listing.id), f"{kind}s"
        attributes: dict[str, Any] = {
            "code": code, "name": listing.title, "content": listing.released_text or listing.title, "images": [],
            "access": domain.access(listing.is_public), "state": "published",
            "status": "published", "expires": as_moment(listing.expires_at), **self._times(listing),
        }  # fmt: skip
        if kind == "offer":
            attributes["price"] = str(60 * (listing.minutes or 0)) if listing.exchange == "credit" else "0"
        if listing.place is not None:
            place = listing.place
            attributes["location"] = {"type": "Point", "coordinates": [place.longitude, place.latitude]}
        category = listing.category if listing.category in CATEGORIES else None
        relationships: dict[str, Any] = {
            "member": _to_one(("members", owner), self.social(f"/members/{self._code_of(member.account)}")),
            "group": _to_one(("groups", self.world.tenant.id), self.social()),
            "category": {"data": None},
        }
        if category is not None:
            id = domain.category_id(category)
            relationships["category"] = _to_one(("categories", id), self.social(f"/categories/{category}"))
        return self._made(
            path, listing.id, self.social(f"/{path}/{code}"), attributes, relationships,
            member=lambda: [self.member(member)], group=lambda: [self.group()],
            category=lambda: [self.category(category)] if category is not None else [],
        )  # fmt: skip

    def user(self, member: Member) -> Shape:
        """Return who acts for a member; there is no address to write to, so nobody writes to one."""
        address = f"{self.base}{SOCIAL}/users/{member.id}"
        relationships = {
            "settings": _to_one(("user-settings", domain.settings_id(member.id)), f"{address}/settings"),
            "members": {"data": [{"type": "members", "id": str(member.id)}]},
        }
        return self._made(
            "users", member.id, address, {"email": "", "name": member.shown.name, **self._times(member.shown)},
            relationships,
            settings=lambda: [self.user_settings(member)], members=lambda: [self.member(member)],
        )  # fmt: skip

    def itself(self) -> Shape:
        """Return the user that a client is by its own token: one that acts for no member, called as the group."""
        id, tenant = domain.client_id(self.world.tenant.id), self.world.tenant
        address = f"{self.base}{SOCIAL}/users/me"
        settings = _to_one(("user-settings", domain.settings_id(id)), f"{address}/settings")
        return self._made(
            "users", id, address, {"email": "", "name": tenant.name, **self._times(tenant)},
            {"settings": settings, "members": {"data": []}},
            settings=lambda: [self.settings_of(id, address, [])], members=tuple,
        )  # fmt: skip

    def user_settings(self, member: Member) -> Shape:
        """Return what a member wants to be told by others: nothing. Whoever wants more asks her here."""
        spoken = member.shown.languages if isinstance(member.shown, Person) else []
        return self.settings_of(member.id, f"{self.base}{SOCIAL}/users/{member.id}", spoken)

    def settings_of(self, user: UUID, address: str, spoken: list[str]) -> Shape:
        """Return the settings of a user who speaks some languages and wants to be told nothing."""
        attributes = {
            "language": (spoken or [self.world.tenant.default_language])[0], "komunitin": False,
            "notifications": {
                "myAccount": False, "group": False, "newNeeds": False, "newOffers": False, "newMembers": False,
            },
            "emails": {"myAccount": False, "group": "never"},
        }  # fmt: skip
        relationships = {"user": _to_one(("users", user), address)}
        return self._made("user-settings", domain.settings_id(user), f"{address}/settings", attributes, relationships)

    # --- accounting -------------------------------------------------------------------------------------------------

    def currency(self) -> Shape:
        """Return the time bank's currency: its unit is the second, 3,600 of which are an hour."""
        tenant = self.world.tenant
        one, many = domain.UNIT.get(main_language(tenant.default_language), domain.UNIT["en"])
        attributes = {
            "codeType": "CEN", "code": self.code, "name": one, "namePlural": many, "symbol": "s", "decimals": 0,
            "scale": 0, "value": round(10**6 / domain.HOUR), "rate": {"n": 1, "d": domain.HOUR}, "status": "active",
            **self._times(tenant),
        }  # fmt: skip
        id = domain.currency_id(tenant.id)
        relationships = {
            "accounts": _to_many(self.accounting("/accounts"), None),
            "settings": _to_one(("currency-settings", domain.settings_id(id)), self.accounting("/currency/settings")),
            "admins": {"data": []},
        }
        return self._made("currencies", id, self.accounting("/currency"), attributes, relationships,
                          settings=lambda: [self.currency_settings()])  # fmt: skip

    def currency_settings(self) -> Shape:
        """Return what holds for all accounts: plain payments at once, nothing by request, tag or from outside."""
        attributes = {
            **{f"default{name[0].upper()}{name[1:]}": value for name, value in _SETTINGS.items()},
            "enableExternalPayments": False, "enableExternalPaymentRequests": False, "defaultInitialCreditLimit": 0,
            "enableCreditCommonsPayments": False, "defaultInitialMaximumBalance": False,
        }  # fmt: skip
        currency = domain.currency_id(self.world.tenant.id)
        relationships = {"currency": _to_one(("currencies", currency), self.accounting("/currency"))}
        return self._made("currency-settings", domain.settings_id(currency), self.accounting("/currency/settings"),
                          attributes, relationships)  # fmt: skip

    def account(self, account: Account) -> Shape:
        """Return an account; all amounts are seconds."""
        currency = domain.currency_id(self.world.tenant.id)
        address = self.accounting(f"/accounts/{account.id}")
        most = account.credit_limit_seconds
        attributes = {
            "code": self._code_of(account), "status": "active", "balance": account.balance_seconds,
            "locked": account.held_seconds, "creditLimit": account.debit_limit_seconds,
            "maximumBalance": False if most is None else most, **self._times(account),
        }  # fmt: skip
        relationships = {
            "currency": _to_one(("currencies", currency), self.accounting("/currency")),
            "settings": _to_one(("account-settings", domain.settings_id(account.id)), f"{address}/settings"),
        }
        return self._made(
            "accounts", account.id, address, attributes, relationships, currency=lambda: [self.currency()],
            settings=lambda: [self.account_settings(account)],
        )  # fmt: skip

    def account_settings(self, account: Account) -> Shape:
        """Return what one account allows: what all do."""
        address = self.accounting(f"/accounts/{account.id}")
        relationships = {"account": _to_one(("accounts", account.id), address)}
        id = domain.settings_id(account.id)
        return self._made("account-settings", id, f"{address}/settings", {**_SETTINGS}, relationships)

    def transfer(self, transfer: Transfer) -> Shape:
        """Return a transfer: it has happened, so it is `committed`; giving it back is another transfer."""
        id = id_of(transfer)
        sides = {"payer": transfer.from_account, "payee": transfer.to_account}
        attributes = {
            "amount": transfer.seconds, "meta": {"description": transfer.reason}, "state": "committed",
            **self._times(transfer),
        }  # fmt: skip
        relationships = {side: _to_one(("accounts", account), self.accounting(f"/accounts/{account}"))
                         for side, account in sides.items()}  # fmt: skip
        currency = domain.currency_id(self.world.tenant.id)
        relationships["currency"] = _to_one(("currencies", currency), self.accounting("/currency"))
        payer, payee = (self.world.accounts[account] for account in sides.values())
        return self._made(
            "transfers", id, self.accounting(f"/transfers/{id}"), attributes, relationships,
            payer=lambda: [self.account(payer)], payee=lambda: [self.account(payee)],
            currency=lambda: [self.currency()],
        )  # fmt: skip

    def statistics(self, of: str, number: int) -> Shape:
        """Return one number about the group: of transfers, or of accounts."""
        id = domain.statistics_id(self.world.tenant.id, of)
        return self._made("stats", id, self.accounting(f"/stats/{of}"), {"values": [number]}, {})

    # --- what many have ---------------------------------------------------------------------------------------------

    def _code_of(self, account: Account) -> str:
        return domain.member_code(self.code, account.id)

    def _times(self, of: Any) -> dict[str, str]:
        return {"created": stamp(of.created_at), "updated": stamp(of.updated_at)}


_TOLD = ("code", "state", "status", "access", "type")
_SETTINGS: Mapping[str, Any] = {
    "acceptPaymentsAutomatically": True, "acceptPaymentsWhitelist": [], "acceptPaymentsAfter": False,
    "allowPayments": True, "allowPaymentRequests": False, "allowSimplePayments": True,
    "allowSimplePaymentRequests": False, "allowQrPayments": False, "allowQrPaymentRequests": False,
    "allowMultiplePayments": False, "allowMultiplePaymentRequests": False, "allowTagPayments": False,
    "allowTagPaymentRequests": False, "allowExternalPayments": False, "allowExternalPaymentRequests": False,
    "acceptExternalPaymentsAutomatically": False, "onPaymentCreditLimit": False, "hideBalance": False,
}  # fmt: skip


def type_of(shown: Person | Organisation) -> str:
    """Return what kind of member this is."""
    if isinstance(shown, Person):
        return "personal"
    return "public" if shown.kind in _PUBLIC_BODIES else "business"


def id_of(transfer: Transfer) -> UUID:
    """Return the id that the transfer's client gave it, or else the ledger's own."""
    for name in transfer.external_ids:
        if name.system == domain.SYSTEM:
            try:
                return UUID(name.value)
            except ValueError:
                continue
    return transfer.id
