"""Schemathesis over the whole OpenAPI document, as somebody who is let in: never a 5xx, never an undocumented status.

CANDO_EXAMPLES says how many examples each operation gets; `make soak` gives many.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.town import Quarter, Town

DOCUMENT = json.loads((Path(__file__).parents[2] / "gateway" / "openapi.json").read_text())
EXAMPLES = int(os.environ.get("CANDO_EXAMPLES", "1"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
schema = schemathesis.openapi.from_dict(DOCUMENT)


@schemathesis.serializer("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
def as_a_workbook(context: Any, value: Any) -> bytes:
    """Send whatever was made up as if it were a workbook."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@schemathesis.serializer("application/x-ndjson", "application/zip")
def as_a_file(context: Any, value: Any) -> bytes:
    """Send whatever was made up as if it were a file."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@pytest.fixture(scope="module")
def nosy(town: Town) -> Quarter:
    """A tenant of its own, so that no other test meets what is made up here."""
    return town.found("anything", language="en", zone="Europe/London", organisation="Anything Council")


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_sent_gets_a_documented_answer(case: Any, nosy: Quarter) -> None:
    if case.query and "wait" in case.query:
        case.query["wait"] = 0
    headers = {"authorization": nosy.council.headers["authorization"]}
    case.call_and_validate(base_url=nosy.town.url, headers=headers, checks=CHECKS)
