"""The contract in three dialects: valid by other people's validators, without loss that is not stated, with examples."""

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV2SpecValidator, OpenAPIV30SpecValidator

from deploy import client
from deploy.contracts import documents
from gateway import dialects
from gateway.facts import FACTS
from services.directory.assets.repository import NAMES
from tests.foreign.tools import HERE, NODE, ensure_installed
from tests.town import Town

ROOT = Path(__file__).parents[2]
MADE = {path.name: document for path, document in documents().items() if path.parent.name == "gateway"}
LATEST, OLDER, OLDEST = (MADE[f"openapi{which}.json"] for which in ("", "-3.0", "-2.0"))


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _nodes(node: Any, *, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object of a document but those in examples."""
    if isinstance(node, dict):
        yield where, node
        for name, value in node.items():
            if name not in {"example", "examples", "enum", "default", "x-cando-facts"}:
                yield from _nodes(value, where=f"{where}/{name}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _nodes(value, where=f"{where}/{number}")


def test_both_older_documents_are_valid_by_a_validator_that_others_wrote() -> None:
    OpenAPIV30SpecValidator(OLDER).validate()
    OpenAPIV2SpecValidator(OLDEST).validate()
    OpenAPIV2SpecValidator(dialects.at(OLDEST, "https://cando.example/api")).validate()


def test_the_clients_generated_part_is_that_of_the_contract() -> None:
    package = ROOT / "client" / "cando_client"
    made = client.modules(json.loads(json.dumps(LATEST, sort_keys=True)))
    stale = [name for name, text in made.items() if (package / f"{name}.py").read_text() != text]
    assert stale == [], "make contracts"


@pytest.mark.parametrize("document", [OLDER, OLDEST], ids=["3.0", "2.0"])
def test_an_older_dialect_has_no_null_type_no_lists_of_types_and_no_words_of_the_latest(
    document: dict[str, Any],
) -> None:
    for where, node in _nodes(document):
        if where.endswith("/properties"):
            continue
        assert node.get("type") != "null", where
        assert not isinstance(node.get("type"), list), where
        assert not {"const", "patternProperties", "propertyNames", "prefixItems"} & node.keys(), where
        if isinstance(node.get("exclusiveMinimum"), int | float):
            assert node["exclusiveMinimum"] is True, where
    if document is OLDEST:
        text = json.dumps(document)
        assert not re.search(r'"(anyOf|oneOf|allOf|nullable|requestBody|components)":', text)


def test_no_shape_no_property_and_no_operation_is_lost() -> None:
    shapes = LATEST["components"]["schemas"]
    for older in (OLDER["components"]["schemas"], OLDEST["definitions"]):
        for name, shape in shapes.items():
            assert older[name].get("properties", {}).keys() == shape.get("properties", {}).keys(), name
            for field, schema in older[name].get("properties", {}).items():
                known = {"$ref", "type", "anyOf", "x-any-of", "enum"} & schema.keys()
                assert known or not {"type", "anyOf", "$ref", "enum"} & shape["properties"][field].keys(), (
                    f"{name}.{field}"
                )
    ids = {operation["operationId"] for _, _, operation in _operations(LATEST)}
    for document in (OLDER, OLDEST):
        assert {operation["operationId"] for _, _, operation in _operations(document)} == ids


def test_what_may_be_null_says_so_in_every_dialect() -> None:
    for where, name in (("NeedPublic", "place"), ("NeedPublic", "category"), ("ListingPatch", "exchange")):
        older, oldest = OLDER["components"]["schemas"][where], OLDEST["definitions"][where]
        schema, last = older["properties"][name], oldest["properties"][name]
        if "$ref" in schema:
            schema = OLDER["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
            last = OLDEST["definitions"][last["$ref"].rsplit("/", 1)[-1]]
        assert schema["nullable"] is True
        assert last["x-nullable"] is True
        assert "enum" not in schema or None in schema["enum"]


def test_an_operation_id_is_a_name_that_every_generator_takes() -> None:
    for path, method, operation in _operations(LATEST):
        assert re.fullmatch(r"[a-z][a-z0-9_]{2,63}", operation["operationId"]), f"{method} {path}"
        assert operation["summary"], f"{method} {path}"


def _shown(operation: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Any]]:
    """Yield schema and example of each JSON body that an operation takes or gives."""
    contents = [answer.get("content", {}) for status, answer in operation["responses"].items() if status[0] == "2"]
    contents.append(operation.get("requestBody", {}).get("content", {}))
    for content in contents:
        for media, one in content.items():
            if media.endswith("json") and "ndjson" not in media:
                named = [example["value"] for example in one.get("examples", {}).values()]
                yield from ((one.get("schema", {}), example) for example in named or [one["example"]])


def test_every_operation_has_an_example_that_its_schema_allows() -> None:
    for _, _, operation in _operations(LATEST):
        for schema, example in _shown(operation):
            whole = {**schema, "components": LATEST["components"]}
            jsonschema.Draft202012Validator(whole).validate(example)
    assert OLDEST["paths"]["/v1/needs"]["post"]["responses"]["201"]["examples"]["application/json"]["title"]


def test_limits_stand_in_the_contract_under_their_own_names() -> None:
    text = json.dumps(LATEST["components"]["schemas"])
    assert not re.search(r'"(ge|le|gt|lt)": -?[0-9]', text)
    assert LATEST["components"]["schemas"]["NeedCreate"]["properties"]["capacity"]["minimum"] == 1


def test_every_post_that_reads_an_idempotency_key_says_so() -> None:
    def takes(path: str, *, method: str = "post") -> bool:
        parameters = LATEST["paths"][path][method].get("parameters", ())
        return any(one["name"].lower() == "idempotency-key" for one in parameters)

    assert takes("/v1/needs")
    assert takes("/v1/matches/{match_id}:accept")
    assert not takes("/v1/needs", method="get")
    assert not takes("/oauth/token")


def test_a_checker_of_another_house_finds_each_dialect_valid() -> None:
    ensure_installed()
    files = [str(ROOT / "gateway" / name) for name in ("openapi.json", "openapi-3.0.json", "openapi-2.0.json")]
    command = [str(NODE), str(HERE / "contracts.mjs"), *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_the_documents_are_served_to_anybody_with_absolute_addresses(town: Town) -> None:
    with httpx.Client(base_url=town.url) as http:
        assert http.get("/openapi-3.0.json").json()["openapi"] == "3.0.3"
        oldest = http.get("/openapi-2.0.json").json()
        assert oldest["swagger"] == "2.0"
        assert (oldest["schemes"], oldest["host"]) == (["http"], httpx.URL(town.url).netloc.decode())
        assert oldest["securityDefinitions"]["oauth"]["tokenUrl"] == f"{town.url}/oauth/token"
        elsewhere = http.get("/openapi-2.0.json", headers={"host": "hazelbrook.example"}).json()
        assert elsewhere["host"] == "hazelbrook.example"
        assert http.get("/openapi-2.0.json", headers={"x-cando-base": "https://evil.example"}).json() == oldest
    named = dialects.at(OLDEST, "https://hazelbrook.example/cando")
    assert (named["host"], named["basePath"], named["schemes"]) == ("hazelbrook.example", "/cando", ["https"])
    assert named["securityDefinitions"]["oauth"]["tokenUrl"] == "https://hazelbrook.example/cando/oauth/token"
    assert dialects.at(OLDER, "https://hazelbrook.example")["servers"] == [{"url": "https://hazelbrook.example"}]


# --- facts ---------------------------------------------------------------------------------------------------------


def _recorded() -> Iterator[str]:
    """Yield the first word of each fact that the code names where it records one, as far as that can be read."""
    for file in [*(ROOT / "services").rglob("*.py"), *(ROOT / "gateway").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "record":
                yield from _words(node.args[0] if node.args else None)
            if isinstance(node, ast.Assign) and file.name == "events.py":
                yield from _words(node.value)


def _words(node: ast.AST | None) -> Iterator[str]:
    text = node.value if isinstance(node, ast.Constant) else None
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        text = node.values[0].value
    if isinstance(text, str) and re.fullmatch(r"[a-z_-]+\.[a-z_.-]*", text):
        yield text.partition(".")[0]


def test_every_fact_says_where_its_subject_is_fetched() -> None:
    words = set(_recorded()) | set(NAMES.values())
    assert len(words) > 40
    assert words - FACTS.keys() == set()


def test_every_collection_of_a_fact_can_be_asked_for_ids_or_is_known_not_to() -> None:
    one_by_one = {
        "/v1/notices", "/v1/assignments", "/v1/overrides", "/v1/rights-requests", "/v1/imports", "/v1/feeds",
        "/v1/asset-proposals", "/v1/terms", "/v1/areas", "/v1/instruments", "/v1/tenants", "/v1/webhooks",
        "/v1/connections",
    }  # fmt: skip
    collections = {told.collection for told in FACTS.values()} | {one for told in FACTS.values() for one in told.also}
    for collection in collections - {None} - one_by_one:
        parameters = LATEST["paths"][collection]["get"]["parameters"]
        assert "ids" in {one["name"] for one in parameters}, collection
    assert LATEST["paths"]["/v1/events"]["get"]["x-cando-facts"]["need"]["collection"] == "/v1/needs"
