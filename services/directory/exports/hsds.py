"""An HSDS 3 data package: organisations, places and services as the tables that another directory takes in.

Groups, micro-providers, activities and people have no table in that format and stay out.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from services.directory.models import Asset, Organisation, Place, Service
from services.directory.open_referral.domain import STATUS, in_whole_units, schedule
from services.vocabulary import label

Row = Mapping[str, Any]
TABLES: Mapping[str, tuple[str, ...]] = {
    "organizations": ("id", "name", "description", "website", "parent_organization_id"),
    "locations": ("id", "location_type", "organization_id", "name", "description", "latitude", "longitude"),
    "addresses": (
        "id", "location_id", "address_1", "city", "state_province", "postal_code", "country", "address_type",
    ),
    "accessibility": ("id", "location_id", "description"),
    "services": (
        "id", "organization_id", "name", "description", "url", "status", "fees_description", "minimum_age",
        "maximum_age", "assured_date", "alert", "last_modified",
    ),
    "service_at_location": ("id", "service_id", "location_id"),
    "service_areas": ("id", "service_id", "name"),
    "schedules": (
        "id", "service_id", "valid_from", "valid_to", "dtstart", "freq", "interval", "byday", "bymonthday", "until",
        "count", "wkst", "opens_at", "closes_at", "description",
    ),
    "cost_options": (
        "id", "service_id", "option", "currency", "amount", "amount_description", "valid_from", "valid_to",
    ),
    "languages": ("id", "service_id", "location_id", "code"),
    "taxonomy_terms": ("id", "code", "name", "taxonomy"),
    "attributes": ("id", "link_id", "link_entity", "taxonomy_term_id"),
}  # fmt: skip
"""The tables of the package, with their columns."""


def package(made_at: datetime) -> str:
    """Return the description of the package (Frictionless Data Package)."""
    resources = [
        {
            "name": name, "path": f"{name}.csv", "profile": "tabular-data-resource", "format": "csv",
            "encoding": "utf-8", "schema": {"primaryKey": "id", "fields": [{"name": one} for one in columns]},
        }
        for name, columns in TABLES.items()
    ]  # fmt: skip
    return json.dumps(
        {"name": "cando-directory", "title": "Community asset directory (HSDS 3)", "version": "3.0",
         "profile": "tabular-data-package", "created": made_at.isoformat(), "resources": resources},
        indent=2,
    )  # fmt: skip


def rows_of(asset: Asset) -> Iterator[tuple[str, Row]]:
    """Yield the rows that an asset has in the tables of the package."""
    if isinstance(asset, Organisation):
        yield "organizations", _said({
            "id": asset.id, "name": asset.name, "description": asset.description, "website": asset.website,
            "parent_organization_id": asset.parent_id,
        })  # fmt: skip
    elif isinstance(asset, Place):
        yield from _of_place(asset)
    elif isinstance(asset, Service):
        yield from _of_service(asset)


def _said(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}


def _part(owner: UUID, *names: object) -> str:
    """Return the id of a part that has none of its own: always the same for the same part."""
    return str(uuid5(NAMESPACE_URL, "/".join(map(str, (owner, *names)))))


def _of_place(place: Place) -> Iterator[tuple[str, Row]]:
    yield "locations", _said({
        "id": place.id, "location_type": "physical", "organization_id": place.organisation_id, "name": place.name,
        "description": place.description, "latitude": place.latitude, "longitude": place.longitude,
    })  # fmt: skip
    known = place.address
    if known:
        yield "addresses", _said({
            "id": _part(place.id, "address"), "location_id": place.id, "address_1": known.get("lines"),
            "city": known.get("city"), "state_province": known.get("region"), "country": known.get("country"),
            "postal_code": known.get("postal_code"), "address_type": "physical",
        })  # fmt: skip
    if place.accessibility:
        text = place.accessibility
        yield "accessibility", {"id": _part(place.id, "access"), "location_id": place.id, "description": text}
    for tag in place.languages:
        yield "languages", {"id": _part(place.id, "language", tag), "location_id": place.id, "code": tag}


def _of_service(service: Service) -> Iterator[tuple[str, Row]]:
    yield "services", _said({
        "id": service.id, "organization_id": service.organisation_id, "name": service.name,
        "description": service.description, "url": service.website,
        "status": STATUS.get(service.status, service.status), "fees_description": service.cost,
        "minimum_age": service.minimum_age, "maximum_age": service.maximum_age,
        "assured_date": service.assured_on, "alert": service.alert, "last_modified": service.updated_at.isoformat(),
    })  # fmt: skip
    mine = {"service_id": service.id}
    for place in service.place_ids:
        yield "service_at_location", {"id": _part(service.id, "at", place), **mine, "location_id": place}
    for area in service.areas:
        yield "service_areas", {"id": _part(service.id, "area", area), **mine, "name": area}
    for window in service.opening:
        yield "schedules", schedule(service.id, window)
    for number, price in enumerate(service.costs):
        yield "cost_options", {"id": _part(service.id, "cost", number), **mine, **_price(price)}
    for tag in service.languages:
        yield "languages", {"id": _part(service.id, "language", tag), **mine, "code": tag}
    for term, _ in terms_of(service):
        yield "attributes", {
            "id": _part(service.id, "term", term), "link_id": service.id, "link_entity": "service",
            "taxonomy_term_id": term,
        }  # fmt: skip


def _price(price: Row) -> Row:
    amount = price.get("amount")
    return _said({
        "option": price.get("option"), "currency": price.get("currency"),
        "amount": None if amount is None else in_whole_units(amount, price["currency"]),
        "amount_description": price.get("description"), "valid_from": price.get("valid_from"),
        "valid_to": price.get("valid_to"),
    })  # fmt: skip


def terms_of(service: Service) -> Iterator[tuple[str, Row]]:
    """Yield the terms that a service is filed under, each with its row: its category, and its source's own codes."""
    if service.category:
        yield service.category, {
            "id": service.category, "code": service.category, "name": label(service.category), "taxonomy": "cando",
        }  # fmt: skip
    for code in service.codes:
        yield code, {"id": code, "code": code, "name": code, "taxonomy": service.source or "source"}
