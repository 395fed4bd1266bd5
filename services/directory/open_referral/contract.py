"""The feed's own OpenAPI document: what it answers, in the words of the profile, as a version 3.0 document.

Written here and not generated from the service's models, because the profile's shapes are not ours. The document that
the profile publishes calls a time `type: "time"`, which no tool accepts; here a time is a text with a pattern.
"""

from typing import Any

from services.directory.open_referral.domain import PROFILE

Schema = dict[str, Any]
_ID: Schema = {"type": "string", "format": "uuid"}
_TEXT: Schema = {"type": "string", "minLength": 1}
_URI: Schema = {"type": "string", "format": "uri"}
_DATE: Schema = {"type": "string", "format": "date"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_NUMBER: Schema = {"type": "number"}
_TIME: Schema = {"type": "string", "pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_ANY_TEXT: Schema = {"type": "string"}
_ANY_NUMBER: Schema = {"type": "number"}
_ANY_COUNT: Schema = {"type": "integer"}
_CLOCK: Schema = {
    "type": "string",
    "pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9](:([0-5][0-9]|60)([.][0-9]+)?)?"
               r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?$",
}  # fmt: skip


def _many(of: str) -> Schema:
    return {"type": "array", "minItems": 1, "items": _ref(of)}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(needed: Schema, optional: Schema | None = None) -> Schema:
    return {
        "type": "object",
        "required": list(needed),
        "properties": {**needed, **(optional or {})},
        "additionalProperties": False,
    }


_BRIEF: Schema = {
    "description": _TEXT, "url": _URI, "fees": _TEXT, "minimum_age": _NUMBER, "maximum_age": _NUMBER,
    "assured_date": _DATE, "alert": _TEXT,
}  # fmt: skip
_SERVICE: Schema = {
    "id": _ID, "name": _TEXT, "status": {"type": "string", "enum": ["active", "temporarily closed"]},
    "last_modified": _MOMENT,
}  # fmt: skip
_FULL: Schema = {
    "schedules": _many("Schedule"), "service_areas": _many("ServiceArea"), "languages": _many("Language"),
    "cost_options": _many("CostOption"), "attributes": _many("Attribute"),
}  # fmt: skip
_ORGANIZATION: Schema = {"id": _ID, "name": _TEXT, "description": _TEXT}
_MORE_OF_ORGANIZATION: Schema = {
    "website": _URI, "parent_organization_id": _ID, "organization_identifiers": _many("OrganizationIdentifier"),
}  # fmt: skip
_LOCATION: Schema = {"id": _ID, "location_type": {"type": "string", "enum": ["physical"]}, "name": _TEXT}
_MORE_OF_LOCATION: Schema = {
    "description": _TEXT, "latitude": {"type": "number", "minimum": -90, "maximum": 90},
    "longitude": {"type": "number", "minimum": -180, "maximum": 180}, "addresses": _many("Address"),
    "accessibility": _many("Accessibility"), "attributes": _many("Attribute"),
}  # fmt: skip
_AT: Schema = {"id": _ID, "service_id": _ID, "location_id": _ID, "location": _ref("Location")}

SCHEMAS: Schema = {
    "About": _object({"version": {"type": "string", "enum": [PROFILE]}, "profile": _URI, "openapi_url": _URI}),
    "Service": _object(
        {**_SERVICE, "organization": _ref("Organization")},
        {**_BRIEF, **_FULL, "service_at_locations": _many("LocationOfService")},
    ),
    "ServiceOfOrganization": _object(_SERVICE, {**_BRIEF, **_FULL, "service_at_locations": _many("LocationOfService")}),
    "Changed": _object({"id": _ID, "modified_date": _MOMENT}),
    "Schedule": _object(
        {"id": _ID, "service_id": _ID, "valid_from": _DATE, "dtstart": _DATE, "description": _TEXT,
         "opens_at": _TIME, "closes_at": _TIME},
        {"valid_to": _DATE, "freq": {"type": "string", "enum": ["WEEKLY", "MONTHLY"]},
         "interval": {"type": "integer", "minimum": 1}, "byday": _TEXT, "bymonthday": _TEXT},
    ),
    "ServiceArea": _object({"id": _ID, "service_id": _ID, "name": _TEXT, "service_area": _TEXT}),
    "Language": _object({"id": _ID, "service_id": _ID, "code": _TEXT}, {"name": _TEXT}),
    "CostOption": _object(
        {"id": _ID, "service_id": _ID},
        {"valid_from": _DATE, "valid_to": _DATE, "option": _TEXT, "amount": _NUMBER, "currency": _TEXT,
         "amount_description": _TEXT},
    ),
    "Organization": _object(_ORGANIZATION, _MORE_OF_ORGANIZATION),
    "OrganizationWithServices": _object(
        _ORGANIZATION, {**_MORE_OF_ORGANIZATION, "services": _many("ServiceOfOrganization")}
    ),
    "OrganizationIdentifier": _object({
        "id": _ID, "organization_id": _ID, "identifier_scheme": _TEXT, "identifier_type": _TEXT, "identifier": _TEXT,
    }),
    "LocationOfService": _object(_AT),
    "ServiceAtLocation": _object({**_AT, "service": _ref("Service")}),
    "ServiceAtOneLocation": _object(
        {**_AT, "service": _ref("Service"), "name": _TEXT, "status": _SERVICE["status"]}
    ),
    "Location": _object(_LOCATION, _MORE_OF_LOCATION),
    "Address": _object(
        {"id": _ID, "location_id": _ID, "address_1": _TEXT, "city": _TEXT, "state_province": _TEXT,
         "postal_code": _TEXT, "country": _TEXT, "address_type": {"type": "string", "enum": ["physical"]}},
        {"region": _TEXT},
    ),
    "Accessibility": _object({"id": _ID, "location_id": _ID, "description": _TEXT}),
    "Attribute": _object(
        {"id": _ID, "link_id": _ID, "taxonomy_term_id": _ID, "taxonomy_term": _ref("TaxonomyTerm")}
    ),
    "Taxonomy": _object({"id": _ID, "name": _TEXT, "description": _TEXT}, {"uri": _URI, "version": _TEXT}),
    "TaxonomyTerm": _object(
        {"id": _ID, "name": _TEXT, "description": _TEXT, "taxonomy": _TEXT, "taxonomy_id": _ID, "term": _TEXT,
         "code": _TEXT},
        {"parent_id": _ID, "term_uri": _URI},
    ),
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status"],
        "properties": {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": {"type": "string"}},
    },
}  # fmt: skip


def _page(of: Schema) -> Schema:
    figures: Schema = {
        "total_items": _COUNT, "total_pages": _COUNT, "page_number": {"type": "integer", "minimum": 1},
        "size": _COUNT, "first_page": {"type": "boolean"}, "last_page": {"type": "boolean"},
        "empty": {"type": "boolean"}, "contents": {"type": "array", "items": of},
    }  # fmt: skip
    return _object(figures)


def _parameter(name: str, schema: Schema, about: str) -> Schema:
    return {"name": name, "in": "query", "required": False, "description": about, "schema": schema}


_SWITCH: Schema = {"type": "boolean"}
PAGING = [
    _parameter("page", _ANY_COUNT, "Which page, from 1. A page beyond the last is empty; one before the first is it."),
    _parameter("per_page", _ANY_COUNT,
               "How many on a page: 1000 if not said; at least 1, at most 5000; at most 1000 with `full`."),
]  # fmt: skip
DETAIL = [
    _parameter("minimal", _SWITCH, "Nothing but `id` and `modified_date`."),
    _parameter("full", _SWITCH, "Each with everything that belongs to it."),
    _parameter("format", {"type": "string", "enum": ["json", "ndjson"]},
               "`ndjson`: all of them, one on each line, without pages."),
]  # fmt: skip
SEARCH = _parameter("search", _ANY_TEXT, "Words that must all stand in the name or the description.")
FILTERS = [
    SEARCH,
    _parameter("taxonomy_term_id", _ANY_TEXT, "With this term: its id or, of an imported taxonomy, its code."),
    _parameter("taxonomy_id", _ANY_TEXT, "With any term of this taxonomy."),
    _parameter("organization_id", _ANY_TEXT, "Of this organisation."),
    _parameter("minimum_age", _ANY_NUMBER, "Whose minimum age is at least this."),
    _parameter("maximum_age", _ANY_NUMBER, "Whose maximum age is at most this."),
    _parameter("start_time", _CLOCK, "That begin at this time of the day or later."),
    _parameter("end_time", _CLOCK, "That end at this time of the day or earlier; on the day they began."),
    _parameter("day", _ANY_TEXT, "That are on this day of the week, such as MO or Monday. Nothing is on another."),
    _parameter("modified_after", _MOMENT, "Changed, with anything that is shown with them, at this moment or later."),
]  # fmt: skip
PLACE = [
    _parameter("postcode", _ANY_TEXT, "Near this postcode, the nearest first. Nothing is near one that nobody knows."),
    _parameter("latitude", {"type": "number", "minimum": -90, "maximum": 90}, "Near this point; with `longitude`."),
    _parameter("longitude", {"type": "number", "minimum": -180, "maximum": 180}, "Near this point."),
    _parameter("proximity", _ANY_TEXT,
               "At most so many metres from the postcode or the point. Nothing is within what is no number."),
]  # fmt: skip
_OF_TERMS = [SEARCH, _parameter("taxonomy_id", _ANY_TEXT, "Of this taxonomy.")]


def document(base: str) -> Schema:
    """Return the document of the feed at the address `base`."""
    paths: Schema = {"/": {"get": _operation("read_about", "What this feed is", _ref("About"), [])}}
    _add(paths, "services", "Service", [*PAGING, *DETAIL, *FILTERS])
    _add(paths, "service_at_locations", "ServiceAtLocation", [*PAGING, *DETAIL, *FILTERS, *PLACE],
         one="ServiceAtOneLocation")  # fmt: skip
    _add(paths, "organizations", "Organization", [*PAGING, *DETAIL, SEARCH], one="OrganizationWithServices")
    _add(paths, "taxonomies", "Taxonomy", PAGING)
    _add(paths, "taxonomy_terms", "TaxonomyTerm", [*PAGING, *_OF_TERMS])
    about = "The public directory of a community, in Open Referral UK's format. No person is in it."
    return {
        "openapi": "3.0.3",
        "x-hsds-version": PROFILE,  # a validator that finds this document first reads here what the feed claims to be
        "info": {"title": "Open Referral UK feed", "version": "3.0", "description": about},
        "servers": [{"url": base}],
        "paths": paths,
        "components": {"schemas": SCHEMAS},
    }


def _add(paths: Schema, collection: str, name: str, parameters: list[Schema], *, one: str = "") -> None:
    listed = _ref(name)
    if DETAIL[0] in parameters:
        listed = {"anyOf": [listed, _ref("Changed")]}
    paths[f"/{collection}"] = {
        "get": _operation(f"list_{collection}", f"List {collection.replace('_', ' ')}", _page(listed), parameters)
    }
    id_ = {"name": "id", "in": "path", "required": True, "schema": _ID}
    paths[f"/{collection}/{{id}}"] = {
        "get": _operation(f"read_one_of_{collection}", f"Read one of the {collection.replace('_', ' ')}",
                          _ref(one or name), [id_])
    }  # fmt: skip


def _operation(name: str, summary: str, body: Schema, parameters: list[Schema]) -> Schema:
    content: Schema = {"application/json": {"schema": body}}
    if any(one["name"] == "format" for one in parameters):
        content["application/x-ndjson"] = {"schema": {"type": "string"}}
    problem = {"application/problem+json": {"schema": _ref("Problem")}}
    refusals = {"400": "Malformed", "404": "Not here", "405": "Only to be read", "422": "Invalid", "503": "Busy"}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": {"description": "As asked", "content": content},
            "304": {"description": "As you have it already"},
            **{status: {"description": text, "content": problem} for status, text in refusals.items()},
        },
    }
