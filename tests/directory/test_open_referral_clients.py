"""The public feed, judged by foreign clients: a crawl by the format's rules, and tools that read its documents."""

import json
import os
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.directory.open_referral import contract
from tests.directory.public_feed import CANARY, ROOT, Feed, Json
from tests.quality.crawl import Crawl, Report, schemas_in, values
from tests.town import ok

PROFILE = Path(os.environ.get("CANDO_SAMPLES", "../shared")) / "standards" / "oruk" / "schema"
EXAMPLES = int(os.environ.get("CANDO_EXAMPLES", "2"))
PAGES = {"services": 2, "service_at_locations": 3, "organizations": 3, "taxonomies": 1, "taxonomy_terms": 400}


def crawled(feed: Feed, schemas: dict[str, Json], *, keep: bool = False) -> Report:
    return Crawl(feed.public, feed.quarter.town.url + ROOT, schemas, per_page=PAGES, most=6, keep=keep).run()


def our_schemas() -> dict[str, Json]:
    names = {
        "service": "Service", "service_at_location": "ServiceAtOneLocation", "taxonomy": "Taxonomy",
        "service_at_location_list": "ServiceAtLocation", "organization": "OrganizationWithServices",
        "taxonomy_term": "TaxonomyTerm",
    }  # fmt: skip
    held = {"components": {"schemas": contract.SCHEMAS}}
    return {name: {**held, "$ref": f"#/components/schemas/{shape}"} for name, shape in names.items()}


def test_a_crawl_finds_no_fault_by_the_rules_of_the_format_and_our_own_shapes_and_nobody(feed: Feed) -> None:
    report = crawled(feed, our_schemas(), keep=True)
    assert report.errors == []
    assert (report.pages["services"], report.items["services"]) == (3, 5)
    assert report.items["service_at_locations"] == 4
    assert report.items["organizations"] == 4
    seen = json.dumps(report.bodies, ensure_ascii=False)
    assert "Bring & mend" in seen
    for secret in (CANARY, "01632", "<p>"):
        assert secret not in seen


@pytest.mark.parametrize("full", [False, True])
def test_lists_in_full_are_as_sound_as_their_items(feed: Feed, full: bool) -> None:
    for name in ("services", "service_at_locations", "organizations"):
        page = feed.get(f"/{name}", full=full)
        shape = {"services": "Service", "service_at_locations": "ServiceAtLocation", "organizations": "Organization"}
        schema = {"components": {"schemas": contract.SCHEMAS}, "$ref": f"#/components/schemas/{shape[name]}"}
        check = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
        for one in page["contents"]:
            check.validate(one)
            assert not [path for path, value in values(one) if value in (None, "", [], {})]
    assert any("service_at_locations" in one for one in feed.get("/services", full=full)["contents"]) is full


@pytest.mark.samples
@pytest.mark.skipif(not PROFILE.is_dir(), reason="the profile's schemas do not lie beside the repository")
def test_a_crawl_is_valid_by_the_profiles_own_schemas(feed: Feed) -> None:
    report = crawled(feed, schemas_in(PROFILE / "compiled"))
    assert report.errors == []
    beyond = {note.partition(" ")[0] for note in report.notes}
    assert {".".join(path.split(".")[-2:]) for path in beyond} == {
        "languages.code", "languages.name", "cost_options.currency", "taxonomy_term.code", "service_at_location.name",
        "service_at_location.status",
    }  # fmt: skip


def test_the_root_names_version_profile_and_a_valid_document(feed: Feed) -> None:
    for path in (ROOT, ROOT + "/"):
        body = ok(feed.public.get(path))
        assert body["version"] == "HSDS-UK-3.0"
        assert body["profile"].startswith("https://")
        assert body["openapi_url"] == f"{feed.quarter.town.url}{ROOT}/openapi.json"
    document = ok(httpx.get(body["openapi_url"]))
    validate(document)
    assert document["x-hsds-version"] == "HSDS-UK-3.0"
    assert document["servers"] == [{"url": feed.quarter.town.url + ROOT}]


def ask(document: Json, feed: Feed, *, knows_404: bool) -> int:
    """Let Schemathesis ask whatever a document allows; return how many operations it has."""
    operations = 0
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]
        checks: list[Any] = [not_a_server_error]
        if knows_404 or "{id}" not in operation.path:
            checks += [status_code_conformance, content_type_conformance, response_schema_conformance]
        _ask(operation, feed, checks)
        operations += 1
    return operations


def _ask(operation: Any, feed: Feed, checks: list[Any]) -> None:
    def try_it(case: Any) -> None:
        case.call_and_validate(base_url=feed.quarter.town.url + ROOT, checks=checks)

    bounded = settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    bounded(given(case=operation.as_strategy())(try_it))()


def test_anything_that_our_document_allows_gets_a_documented_answer(feed: Feed) -> None:
    assert ask(contract.document(feed.quarter.town.url + ROOT), feed, knows_404=True) == 11


@pytest.mark.samples
@pytest.mark.skipif(not PROFILE.is_dir(), reason="the profile's schemas do not lie beside the repository")
def test_anything_that_the_profiles_document_allows_is_answered_with_200(feed: Feed) -> None:
    assert ask(profiles_document(), feed, knows_404=False) == 9


def profiles_document() -> Json:
    """Return the profile's document as tools can read it: its `type: "time"` mended, what it refers to put in."""
    known = schemas_in(PROFILE / "compiled")
    known["taxonomy"] = {"type": "object", "required": ["id", "name", "description"]}

    def mended(node: Any) -> Any:
        if isinstance(node, list):
            return [mended(one) for one in node]
        if not isinstance(node, dict):
            return node
        if str(node.get("$ref", "")).startswith("https://"):
            return mended(known[Path(node["$ref"]).stem])
        if node.get("type") == "time":
            return {**node, "type": "string", "format": "time"}
        return {name: mended(one) for name, one in node.items()}

    document: Json = mended(json.loads((PROFILE / "openapi.json").read_text(encoding="utf-8")))
    return document
