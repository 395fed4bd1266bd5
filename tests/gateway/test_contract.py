"""Merging contracts: one document, internal addresses left out, shapes with one name kept apart."""

from typing import Any

import pytest
from openapi_spec_validator import validate

from gateway.app import create_app
from gateway.contract import merge
from tests.gateway.conftest import settings_for

REF = "#/components/schemas/"


def document(service: str, schemas: dict[str, Any], *paths: str) -> dict[str, Any]:
    """Return a small contract whose every operation answers with the first shape."""
    answer = {"description": "ok", "content": {"application/json": {"schema": {"$ref": REF + next(iter(schemas))}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": f"Cando {service}", "version": "1"},
        "paths": {
            path: {"get": {"operationId": f"{service}_{n}", "responses": {"200": answer}}}
            for n, path in enumerate(paths)
        },
        "components": {"schemas": schemas, "securitySchemes": {"oauth": {"type": "oauth2", "flows": {}}}},
    }


def test_shapes_with_one_name_and_two_contents_are_kept_apart_and_equal_ones_shared() -> None:
    same = {"type": "object", "title": "Problem"}
    page = {"items": {"$ref": REF + "Item"}}
    merged = merge([
        document("directory", {"Page": page, "Item": {"type": "string"}, "Problem": same}, "/a"),
        document("matching", {"Page": page, "Item": {"type": "integer"}, "Problem": same}, "/b"),
    ])  # fmt: skip
    schemas = merged["components"]["schemas"]
    assert schemas == {
        "DirectoryPage": {"items": {"$ref": REF + "DirectoryItem"}}, "DirectoryItem": {"type": "string"},
        "MatchingPage": {"items": {"$ref": REF + "MatchingItem"}}, "MatchingItem": {"type": "integer"},
    }  # fmt: skip
    shown = merged["paths"]["/b"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert shown == {"$ref": REF + "MatchingPage"}
    assert list(merged["components"]["securitySchemes"]) == ["oauth"]


def test_equal_shapes_are_there_once() -> None:
    shape = {"Problem": {"type": "object"}}
    merged = merge([document("directory", shape, "/a"), document("matching", shape, "/b")])
    assert merged["components"]["schemas"] == shape


def test_internal_addresses_are_left_out_and_the_feed_is_the_gateways() -> None:
    merged = merge([
        document("directory", {"Feed": {"type": "string"}}, "/internal/authority", "/v1/events", "/v1/places"),
        document("gateway", {"Feed": {"type": "object"}}, "/v1/events"),
    ])  # fmt: skip
    assert merged["paths"].keys() == {"/v1/events", "/v1/places"}
    assert merged["paths"]["/v1/events"]["get"]["operationId"] == "gateway_0"


def test_one_address_or_one_name_for_two_operations_is_an_error() -> None:
    shape = {"A": {"type": "object"}}
    with pytest.raises(ValueError, match="two services"):
        merge([document("directory", shape, "/a"), document("matching", shape, "/a")])
    twice = document("matching", shape, "/b")
    twice["paths"]["/b"]["get"]["operationId"] = "directory_0"
    with pytest.raises(ValueError, match="there twice"):
        merge([document("directory", shape, "/a"), twice])


def test_the_desks_own_part_is_a_valid_contract() -> None:
    app = create_app(settings_for("postgresql:///nowhere"), upstreams={})
    merged = merge([app.desk.openapi()])
    validate(merged)
    operations = [one for path in merged["paths"].values() for one in path.values()]
    assert all(one["summary"] and one["operationId"] and one["tags"] for one in operations)
    secured = merged["paths"]["/v1/clients"]["post"]
    assert secured["security"] == [{"oauth": ["clients:write"]}]
