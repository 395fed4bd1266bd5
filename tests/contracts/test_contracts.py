"""The contracts: fresh, valid, readable, and every address of every service is routed to it by the gateway."""

import json
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from deploy.contracts import catalogue, documents
from gateway.public import CATALOGUE
from gateway.routing import destination_of

DOCUMENTS = documents()
MERGED = next(document for path, document in DOCUMENTS.items() if path.parent.name == "gateway")
OPERATIONS = [
    pytest.param(path, operation, id=f"{method} {path}")
    for path, methods in MERGED["paths"].items()
    for method, operation in methods.items()
]


def test_the_written_contracts_are_those_of_the_code() -> None:
    for path, document in DOCUMENTS.items():
        assert json.loads(path.read_text()) == json.loads(json.dumps(document)), f"{path} is stale: make contracts"
    assert json.loads(CATALOGUE.read_text()) == catalogue()


def test_the_merged_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(MERGED).validate()


@pytest.mark.parametrize(("path", "operation"), OPERATIONS)
def test_every_operation_is_routed_named_and_summarised(path: str, operation: dict[str, Any]) -> None:
    if path.startswith("/v1/"):
        assert destination_of(path) is not None
    assert operation["summary"]
    assert operation["operationId"].islower()
    assert not path.startswith("/internal")


def test_operation_ids_are_unique() -> None:
    ids = [operation.values[1]["operationId"] for operation in OPERATIONS]  # type: ignore[index]
    assert len(ids) == len(set(ids))
