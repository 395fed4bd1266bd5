"""The bodies of the feed, made of rows: services, organisations, places, terms. No nulls, and nobody's contact.

A body is made of named columns, never of whole rows: what is added to the directory later stays out of the feed until
somebody puts it here.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import UUID

from services.directory.models import (
    Activity,
    AssetAtPlace,
    Group,
    MicroProvider,
    Organisation,
    Place,
    Service,
    Taxonomy,
    TaxonomyTerm,
)
from services.directory.open_referral.domain import (
    STATUS,
    Json,
    address,
    address_in_words,
    in_whole_units,
    other_self,
    part_id,
    plain,
    said,
    schedule,
    stamp,
)
from services.directory.open_referral.taxonomies import ours
from services.vocabulary import LANGUAGES

Offered = Service | Activity | MicroProvider
Provider = Organisation | Group | MicroProvider
_HOST = re.compile(r"[A-Za-z0-9._-]+")
_SAFE = "-._~:/?@!$&'()*+,;=%"
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ACCESS = {
    "step-free": "Step-free access", "accessible-toilet": "Accessible toilet", "hearing-loop": "Hearing loop",
    "sign-language": "Sign language", "large-print": "Large print", "easy-read": "Easy read",
    "quiet-space": "Quiet space", "accessible-parking": "Accessible parking",
    "assistance-dogs": "Assistance dogs are welcome", "home-visits": "Home visits", "online": "Online",
}  # fmt: skip


@dataclass(slots=True)
class Around:
    """What is shown with the entries of a page: who stands behind them, where they are, terms of their codes."""

    organisations: Mapping[UUID, Organisation] = field(default_factory=dict)
    groups: Mapping[UUID, Group] = field(default_factory=dict)
    micro_providers: Mapping[UUID, MicroProvider] = field(default_factory=dict)
    places: Mapping[UUID, Sequence[tuple[AssetAtPlace, Place]]] = field(default_factory=dict)
    changed: Mapping[UUID, datetime] = field(default_factory=dict)
    terms: Mapping[str, Sequence[TaxonomyTerm]] = field(default_factory=dict)
    taxonomies: Mapping[UUID, Taxonomy] = field(default_factory=dict)

    def provider(self, one: Offered) -> Provider:
        """Return who stands behind an entry."""
        if isinstance(one, MicroProvider):
            return one
        if isinstance(one, Service):
            return self.organisations[one.organisation_id]
        if one.micro_provider_id is not None:
            return self.micro_providers[one.micro_provider_id]
        group = self.groups.get(one.group_id) if one.group_id else None
        if group is not None and group.deleted_at is None and group.merged_into is None:
            return group
        assert one.organisation_id is not None
        return self.organisations[one.organisation_id]

    def terms_of(self, one: Any) -> list[TaxonomyTerm]:
        """Return the terms that imports brought and this entry carries, each once."""
        found = {term.id: term for code in getattr(one, "codes", ()) for term in self.terms.get(code, ())}
        return list(found.values())

    def modified(self, one: Offered) -> datetime:
        """Return when an entry, or anything that is shown with it, last changed."""
        return self.changed.get(one.id, one.updated_at)


def web(address: str | None) -> str | None:
    """Return a web address as a URI: what is not ASCII is encoded; what cannot be one, or names a user, is left out."""
    try:
        parts = urlsplit(address or "")
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # of an unreadable host or port; UnicodeError is one of them
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or "@" in parts.netloc:
        return None
    path, query, fragment = (quote(_LONE_PERCENT.sub("%25", one), safe=_SAFE) for one in parts[2:])
    return urlunsplit((parts.scheme, host + port, path, query, fragment))


# --- services ------------------------------------------------------------------------------------------------------


def minimal(id: UUID, changed: datetime) -> Json:
    """Return nothing but what tells a reader whether to fetch it again."""
    return {"id": str(id), "modified_date": stamp(changed)}


def service(one: Offered, around: Around, *, full: bool) -> Json:
    """Return an entry as a service; `full` with everything that belongs to it."""
    brief = {
        "id": str(one.id), "name": one.name, "description": plain(one.description), "url": web(one.website),
        "status": STATUS[getattr(one, "status", "active")], "fees": plain(one.cost),
        "minimum_age": getattr(one, "minimum_age", None), "maximum_age": getattr(one, "maximum_age", None),
        "assured_date": one.assured_on.isoformat() if one.assured_on else None,
        "alert": plain(getattr(one, "alert", None)), "last_modified": stamp(around.modified(one)),
    }  # fmt: skip
    behind = organization(around.provider(one), full=full)
    return said({**brief, **(_belonging(one, around) if full else {}), "organization": behind})


def nested(one: Offered, around: Around) -> Json:
    """Return an entry with everything that belongs to it, the places among it."""
    return service(one, around, full=True) | said({
        "service_at_locations": [
            {"id": str(at.id), "service_id": str(one.id), "location_id": str(place.id),
             "location": location(one, place)}
            for at, place in around.places.get(one.id, ()) if place.deleted_at is None and place.merged_into is None
        ]
    })  # fmt: skip


def at_location(one: Offered, at: AssetAtPlace, place: Place, around: Around, *, full: bool) -> Json:
    """Return an entry at one of its places."""
    return {
        "id": str(at.id), "service_id": str(one.id), "location_id": str(place.id),
        "location": location(one, place) if full else _place(place),
        "service": service(one, around, full=full),
    }  # fmt: skip


def _belonging(one: Offered, around: Around) -> Json:
    return {
        "schedules": [schedule(one.id, window) for window in one.opening],
        "service_areas": _areas(one),
        "languages": [
            said({"id": part_id(one.id, "language", tag), "service_id": str(one.id), "code": tag,
                  "name": LANGUAGES.get(tag)})
            for tag in dict.fromkeys(one.languages)
        ],
        "cost_options": [_cost(one.id, number, cost) for number, cost in enumerate(one.costs)],
        "attributes": attributes(one, around),
    }  # fmt: skip


def _areas(one: Offered) -> list[Json]:
    named = list(dict.fromkeys(one.areas))
    if one.reach_km is not None:
        named.append(f"Within {one.reach_km:g} km")
    return [
        {"id": part_id(one.id, "area", name), "service_id": str(one.id), "name": name, "service_area": name}
        for name in named
    ]


def _cost(owner: UUID, number: int, cost: Mapping[str, Any]) -> Json:
    amount, currency = cost.get("amount"), cost.get("currency")
    return said({
        "id": part_id(owner, "cost", number), "service_id": str(owner), "valid_from": cost.get("valid_from"),
        "valid_to": cost.get("valid_to"), "option": cost.get("option"),
        "amount": None if amount is None else in_whole_units(amount, str(currency)), "currency": currency,
        "amount_description": cost.get("description"),
    })  # fmt: skip


# --- organisations -------------------------------------------------------------------------------------------------


def organization(one: Provider, *, full: bool) -> Json:
    """Return an organisation, a group or a public micro-provider as an organisation."""
    shown = other_self(one.id) if isinstance(one, MicroProvider) else one.id
    parent = one.parent_id if isinstance(one, Organisation) else getattr(one, "organisation_id", None)
    brief = {
        "id": str(shown), "name": one.name, "description": plain(one.description) or one.name,
        "website": web(one.website),
        "parent_organization_id": str(parent) if parent else None,
    }  # fmt: skip
    identifiers = [
        {"id": part_id(shown, "identifier", known["scheme"], known["value"]), "organization_id": str(shown),
         "identifier_scheme": known["scheme"], "identifier_type": known["scheme"], "identifier": known["value"]}
        for known in getattr(one, "identifiers", ())
    ]  # fmt: skip
    return said({**brief, "organization_identifiers": identifiers if full else None})


# --- places --------------------------------------------------------------------------------------------------------


def _place(place: Place) -> Json:
    known = place.address or {}
    words = address_in_words(known) if address(place.id, known, place.time_zone) is None else ""
    about = "\n".join(part for part in (plain(place.description), words) if part)
    return said({
        "id": str(place.id), "location_type": "physical", "name": place.name, "description": about,
        "latitude": place.latitude, "longitude": place.longitude,
    })  # fmt: skip


def location(one: Offered, place: Place) -> Json:
    """Return a place with its address and all that makes it easy or hard to come: the place's, and the entry's own."""
    post = address(place.id, place.address or {}, place.time_zone)
    easy = [*_easy(place.id, place), *_easy(one.id, one, str(place.id))]
    seen: dict[str, Json] = {}
    for known in easy:
        seen.setdefault(known["description"], {**known, "location_id": str(place.id)})
    marks = [_attribute(place.id, term) for term in _own_terms(place)]
    return _place(place) | said({
        "addresses": [post] if post else None, "accessibility": list(seen.values()), "attributes": marks,
    })  # fmt: skip


def _easy(owner: UUID, asset: Any, *at: str) -> Iterable[Json]:
    for kind in asset.access:
        yield {"id": part_id(owner, *at, "access", kind), "description": _ACCESS.get(kind, kind)}
    if words := plain(asset.accessibility):
        yield {"id": part_id(owner, *at, "accessibility"), "description": words}


# --- taxonomies ----------------------------------------------------------------------------------------------------


def attributes(one: Any, around: Around) -> list[Json]:
    """Return what an entry is classified as: our own terms, and those that imports brought."""
    mine = [_attribute(one.id, term) for term in _own_terms(one)]
    brought = [
        {"id": part_id(one.id, "attribute", term.id), "link_id": str(one.id), "taxonomy_term_id": str(term.id),
         "taxonomy_term": kept_term(term, around.taxonomies[term.taxonomy_id])}
        for term in around.terms_of(one)
    ]  # fmt: skip
    return mine + brought


def _own_terms(one: Any) -> list[ours.Term]:
    found = (ours.term(key) for key in dict.fromkeys([one.category, *one.concepts]))
    return [term for term in found if term is not None]


def _attribute(owner: UUID, term: ours.Term) -> Json:
    return {
        "id": part_id(owner, "attribute", term.id), "link_id": str(owner), "taxonomy_term_id": str(term.id),
        "taxonomy_term": own_term(term),
    }  # fmt: skip


def own_term(term: ours.Term) -> Json:
    """Return a term of our own."""
    return said({
        "id": str(term.id), "name": term.name, "description": term.about,
        "parent_id": str(term.parent) if term.parent else None, "taxonomy": ours.NAME,
        "taxonomy_id": str(ours.TAXONOMY), "term_uri": web(term.uri), "term": term.name, "code": term.key,
    })  # fmt: skip


def kept_term(term: TaxonomyTerm, taxonomy: Taxonomy) -> Json:
    """Return a term that an import brought."""
    return said({
        "id": str(term.id), "name": term.name, "description": plain(term.description) or term.name,
        "parent_id": str(term.parent_id) if term.parent_id else None, "taxonomy": taxonomy.name,
        "taxonomy_id": str(taxonomy.id), "term_uri": web(term.uri), "term": term.name, "code": term.code,
    })  # fmt: skip


def own_taxonomy() -> Json:
    """Return our own taxonomy."""
    return {"id": str(ours.TAXONOMY), "name": ours.NAME, "description": ours.ABOUT, "version": "1"}


def kept_taxonomy(taxonomy: Taxonomy) -> Json:
    """Return a taxonomy that an import brought."""
    return said({
        "id": str(taxonomy.id), "name": taxonomy.name, "description": plain(taxonomy.description) or taxonomy.name,
        "uri": web(taxonomy.uri), "version": taxonomy.edition,
    })  # fmt: skip
