"""The contract in older dialects, for tools that do not read OpenAPI 3.1: 3.0, and 2.0 (once called Swagger).

What 3.1 says is kept as far as an older dialect has a word for it:

null             `anyOf [T, null]` becomes T that is `nullable` (2.0: `x-nullable`); where T is a shape with a name, a
                 shape `Nullable…` of its own, since beside a `$ref` nothing counts
unions           3.0 keeps them; 2.0 has none: numbers become `number`, shapes one object with all their properties,
                 anything else any value, and `x-any-of` says which
const, examples  become `enum`, `example`; exclusive limits become a limit and a flag
names of keys    `patternProperties` become `additionalProperties`; `propertyNames` go
beside a `$ref`  descriptions and defaults go
"""

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from gateway.contract import Document

_SCHEMAS = "#/components/schemas/"
_DEFINITIONS = "#/definitions/"
_PROBLEM = "application/problem+json"
_DROPPED = {"propertyNames", "patternProperties", "const", "examples", "$schema", "contentMediaType"}
_EXCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
_NOBODY = "cando.example"
"""Stands in the file of 2.0, which must name a host, for whoever serves it."""
_FORM = "application/x-www-form-urlencoded"
_PARAMETER = {
    "type", "format", "enum", "default", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength",
    "maxLength", "pattern", "items", "minItems", "maxItems", "uniqueItems",
}  # fmt: skip
Convert = Callable[[Any], Any]


# --- 3.0 -----------------------------------------------------------------------------------------------------------


def older(document: Document) -> Document:
    """Return an OpenAPI 3.1 document as 3.0."""
    schemas = document["components"]["schemas"]
    nullable: set[str] = set()

    def convert(schema: Any) -> Any:
        return _plainer(schema, convert, nullable)

    converted = {name: _described(convert(schema), name) for name, schema in schemas.items()}
    paths = _with_schemas(document["paths"], convert)
    extra = {f"Nullable{name}": {**converted[name], "nullable": True} for name in sorted(nullable)}
    kept = {key: value for key, value in document.items() if key in {"info", "servers", "tags"}}
    components = {**document["components"], "schemas": dict(sorted({**converted, **extra}.items()))}
    return {**kept, "openapi": "3.0.3", "paths": _without_null_parameters(paths), "components": components}


def _described(schema: Any, name: str) -> Any:
    return {"title": name, **schema}


def _plainer(schema: Any, convert: Convert, nullable: set[str]) -> Any:
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    schema = _one_type(schema)
    several = schema.get("anyOf") or schema.get("oneOf")
    if several is not None and any(_is_null(one) for one in several):
        return _nullable(schema, [one for one in several if not _is_null(one)], convert, nullable)
    made = {name: value for name, value in schema.items() if name not in _DROPPED}
    made |= _values(schema)
    if "patternProperties" in schema:
        made["additionalProperties"] = next(iter(schema["patternProperties"].values()))
    for limit, plain in _EXCLUSIVE.items():
        if limit in made:
            made[plain], made[limit] = made[limit], True
    return _inside(made, convert)


def _values(schema: Mapping[str, Any]) -> Document:
    """Return the one example and the one value that 3.1 names with words of its own."""
    made: Document = {}
    if schema.get("examples"):
        made["example"] = schema["examples"][0]
    if "const" in schema:
        made["enum"] = [schema["const"]]
    return made


def _one_type(schema: Document) -> Document:
    """Return a schema whose `type` is a list as a union."""
    kinds = schema.get("type")
    if not isinstance(kinds, list):
        return schema
    rest = {name: value for name, value in schema.items() if name != "type"}
    return {"anyOf": [{"type": "null"} if kind == "null" else {**rest, "type": kind} for kind in kinds]}


def _is_null(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "null"


def _nullable(schema: Document, others: list[Any], convert: Convert, nullable: set[str]) -> Document:
    rest = {name: value for name, value in schema.items() if name not in {"anyOf", "oneOf"}}
    if rest.get("default", 0) is None:
        del rest["default"]
    if len(others) > 1:
        return {**convert({**rest, "anyOf": others}), "nullable": True}
    (only,) = others
    if "$ref" in only:
        name = only["$ref"].removeprefix(_SCHEMAS)
        nullable.add(name)
        return {"$ref": f"{_SCHEMAS}Nullable{name}"}
    made: Document = convert({**only, **rest})
    # With `nullable`, null must stand in the enum, too: OpenAPI 3.0.3 says so.
    enum = {"enum": [*made["enum"], None]} if "enum" in made and None not in made["enum"] else {}
    return {**made, **enum, "nullable": True}


def _inside(schema: Document, convert: Convert) -> Document:
    """Convert what a schema holds."""
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            schema[several] = [convert(one) for one in schema[several]]
    if "properties" in schema:
        schema["properties"] = {name: convert(one) for name, one in schema["properties"].items()}
    for one in ("items", "additionalProperties", "not"):
        if isinstance(schema.get(one), dict):
            schema[one] = convert(schema[one])
    if schema.get("type") == "array":
        schema.setdefault("items", {})
    return schema


def _with_schemas(node: Any, convert: Convert) -> Any:
    """Return the paths with each schema converted; what examples hold is no schema, whatever it looks like."""
    if isinstance(node, list):
        return [_with_schemas(one, convert) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        name: convert(value) if name == "schema" else value if name == "example" else _with_schemas(value, convert)
        for name, value in node.items()
    }


def _without_null_parameters(paths: Document) -> Document:
    """Return the paths with parameters that are never null: they are left out."""
    for methods in paths.values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                schema = parameter["schema"]
                if schema.pop("nullable", False) and "enum" in schema:
                    schema["enum"] = [one for one in schema["enum"] if one is not None]
    return paths


# --- 2.0 -----------------------------------------------------------------------------------------------------------


def oldest(document: Document) -> Document:
    """Return an OpenAPI 3.0 document as 2.0. Where it is served, `at` names host and token address."""
    schemas = document["components"]["schemas"]

    def convert(schema: Any) -> Any:
        return _oldest_schema(schema, convert, schemas)

    return {
        "swagger": "2.0",
        "info": document["info"],
        "host": _NOBODY,
        "basePath": "/",
        "schemes": ["https"],
        "consumes": ["application/json"],
        "produces": ["application/json", _PROBLEM],
        "paths": {
            path: {method: _oldest_operation(operation, convert, schemas) for method, operation in methods.items()}
            for path, methods in document["paths"].items()
        },
        "definitions": {name: convert(schema) for name, schema in schemas.items()},
        "securityDefinitions": _oldest_security(document["components"].get("securitySchemes", {})),
    }


def _oldest_security(schemes: Document) -> Document:
    made = {}
    for name, scheme in schemes.items():
        flow = scheme["flows"]["clientCredentials"]
        about = {"description": scheme["description"]} if "description" in scheme else {}
        made[name] = {
            "type": "oauth2", "flow": "application", "tokenUrl": f"https://{_NOBODY}{flow['tokenUrl']}",
            "scopes": flow["scopes"], **about,
        }  # fmt: skip
    return made


def _oldest_schema(schema: Any, convert: Convert, schemas: Document) -> Any:
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"].replace(_SCHEMAS, _DEFINITIONS)}
    made = {("x-nullable" if name == "nullable" else name): value for name, value in schema.items()}
    several = made.pop("anyOf", None) or made.pop("oneOf", None)
    if several:
        made |= _united(several, schemas)
    return _inside(made, convert)


def _united(several: list[Document], schemas: Document) -> Document:
    """Return the nearest that 2.0 has to a union: `number`, one object with the properties of all, or any value."""
    shapes = [_resolved(one, schemas) for one in several]
    kinds = [str(one.get("type", "any")) for one in shapes]
    if set(kinds) <= {"integer", "number"}:
        return {"type": "number"}
    if len(set(kinds)) == 1 and kinds[0] != "object":
        return {"type": kinds[0], **({"items": {}} if kinds[0] == "array" else {})}
    if set(kinds) == {"object"}:
        properties: Document = {}
        for one in shapes:
            properties |= one.get("properties", {})
        return {"type": "object", "properties": properties}
    return {"x-any-of": sorted(set(kinds))}


def _resolved(schema: Document, schemas: Document) -> Document:
    return schemas[schema["$ref"].removeprefix(_SCHEMAS)] if "$ref" in schema else schema


def _oldest_operation(operation: Document, convert: Convert, schemas: Document) -> Document:
    made = {name: value for name, value in operation.items() if name not in {"requestBody", "parameters", "responses"}}
    made["parameters"] = [_oldest_parameter(one, convert, schemas) for one in operation.get("parameters", ())]
    if "requestBody" in operation:
        media = list(operation["requestBody"]["content"])
        made["consumes"] = media
        made["parameters"] += _oldest_body(operation["requestBody"], media[0], convert, schemas)
    produced = _produced(operation["responses"].values())
    if produced:
        made["produces"] = produced
    made["responses"] = {status: _oldest_answer(one, convert) for status, one in operation["responses"].items()}
    return made


def _produced(answers: Iterable[Document]) -> list[str]:
    return list(dict.fromkeys(media for answer in answers for media in answer.get("content", {})))


def _oldest_parameter(parameter: Document, convert: Convert, schemas: Document) -> Document:
    about: Document = {name: parameter[name] for name in ("name", "in", "description", "required") if name in parameter}
    return {**about, **_flat(parameter["schema"], convert, schemas)}


def _flat(schema: Document, convert: Convert, schemas: Document) -> Document:
    """Return a schema as 2.0 wants it of what is no body: plain types, without shapes."""
    converted = convert(_resolved(schema, schemas))
    kept = {name: value for name, value in converted.items() if name in _PARAMETER}
    if kept.get("type") == "array":
        kept["items"] = _flat(schema["items"], convert, schemas)
        kept["collectionFormat"] = "multi"
    if kept.get("type") not in {"string", "integer", "number", "boolean", "array"}:
        kept["type"] = "string"
    return kept


def _oldest_body(body: Document, media: str, convert: Convert, schemas: Document) -> list[Document]:
    schema = body["content"][media]["schema"]
    if media != _FORM:
        about = {"description": body["description"]} if "description" in body else {}
        required = bool(body.get("required"))
        return [{"name": "body", "in": "body", "required": required, **about, "schema": convert(schema)}]
    shape = _resolved(schema, schemas)
    return [
        {
            "name": name, "in": "formData", "required": name in shape.get("required", ()),
            **_flat(one, convert, schemas), **({"description": one["description"]} if "description" in one else {}),
        }
        for name, one in shape["properties"].items()
    ]  # fmt: skip


def _oldest_answer(answer: Document, convert: Convert) -> Document:
    made: Document = {"description": answer.get("description", "")}
    content = answer.get("content", {})
    for media, one in content.items():
        if "json" in media and "ndjson" not in media:
            made["schema"] = convert(one.get("schema", {}))
            break
    else:
        if content:
            made["schema"] = {"type": "string", "format": "binary"}
    examples = {media: one["example"] for media, one in content.items() if "example" in one}
    if examples:
        made["examples"] = examples
    if "headers" in answer:
        made["headers"] = {
            name: {"type": "string", **_about(one)} for name, one in answer["headers"].items()
        }  # fmt: skip
    return made


def _about(header: Document) -> Document:
    return {"description": header["description"]} if "description" in header else {}


# --- where it is served --------------------------------------------------------------------------------------------


def at(document: Document, url: str) -> Document:
    """Return a document of any dialect as it is served at `url`: absolute addresses, of the server and of tokens."""
    parts = urlsplit(url)
    if "swagger" not in document:
        return {**document, "servers": [{"url": url or "/"}]}
    if not parts.netloc:  # whoever serves it is meant
        return {name: value for name, value in document.items() if name not in {"host", "schemes"}}
    made = copy.copy(document)
    made |= {"host": parts.netloc, "schemes": [parts.scheme], "basePath": parts.path or "/"}
    made["securityDefinitions"] = {
        name: {**scheme, "tokenUrl": scheme["tokenUrl"].replace(f"https://{_NOBODY}", url.rstrip("/"), 1)}
        for name, scheme in document["securityDefinitions"].items()
    }
    return made
