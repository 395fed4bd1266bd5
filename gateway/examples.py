"""An example for every body that is sent and every answer, made from the schemas and from the examples in them.

A schema's own example comes first, then its only values, its default, and in the end a plain value of its type. An
example holds what must be there, and of the rest what has an example of its own; so it stays short and is always valid.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
_DEEPEST = 8
_ID = "01912d5c-7a4e-7c3a-9b1f-2f6d1c0a4e55"
_FORMATS = {
    "uuid": _ID, "date-time": "2026-11-28T10:00:00Z", "date": "2026-11-28", "time": "10:00:00",
    "uri": "https://hazelbrook.example/", "email": "office@hazelbrook.example", "binary": "…", "duration": "PT2H",
}  # fmt: skip
_WORDS = {
    "called": "Amina", "category": "repair", "color": "#2a7f62", "country": "GB", "cursor": "WyIwMTkxMmQ1YyJd",
    "description": "Open to everybody on Thursdays.", "detail": "Use a new key for a new request.",
    "kind": "charity", "label": "Caseworker 1", "language": "en", "name": "Millrace Community Hall", "next": None,
    "note": "Both live near the mill.", "postcode": "HB1 2AB", "reason": "Two hours of gardening",
    "slug": "hazelbrook", "summary": "Repairing bicycles", "tag": "en", "text": "I can repair bicycles.",
    "time_zone": "Europe/London", "title": "Repairing bicycles", "url": "https://hazelbrook.example/",
    "grant_type": "client_credentials", "area": "Millside", "exchange": "gift", "mean": "in_person", "setting": "alone",
    "state": "open", "visibility": "matching", "system": "civicrm", "value": "4711", "concept": "bike_repair",
    "scope": "matching:read", "source": "direct", "notice_version": "2026-01", "version": "1", "place": "Millside",
    "access_token": "cat_01912d5c7a4e_8mB2", "client_secret": "ccs_01912d5c7a4e_8mB2", "token_type": "Bearer",
    "exchange_kind": "gift", "purpose": "matching", "rule": "FREQ=WEEKLY;BYDAY=SA", "etag": '"1"',
}  # fmt: skip
_PATTERNED = ("a", "1", "en", "repair", "bike_repair", "2026-01", "#2a7f62", "10:00", "a1", "A1", "1.0", "2026-11-28")
"""What is tried where a pattern is all that is known."""


def add(document: dict[str, Any]) -> None:
    """Give every JSON body and every successful JSON answer of a document its example, where it has none."""
    schemas = document["components"]["schemas"]
    for methods in document["paths"].values():
        for operation in methods.values():
            for content in _contents(operation):
                for media, one in content.items():
                    shown = _of_media(media, one.get("schema", {}), schemas)
                    if shown is not None and not {"example", "examples"} & one.keys():
                        one["example"] = shown


def _contents(operation: Schema) -> Iterator[dict[str, Any]]:
    if "requestBody" in operation:
        yield operation["requestBody"]["content"]
    for status, answer in operation["responses"].items():
        if status.startswith("2") and "content" in answer:
            yield answer["content"]


def _of_media(media: str, schema: Schema, schemas: Schema) -> Any:
    plain = media.partition(";")[0]
    if plain in _TEXTS:
        return _TEXTS[plain]
    if not plain.endswith(("json", "form-urlencoded")):
        return None
    return example(schema, schemas) if schema else {}


_TEXTS = {
    "text/csv": "kind,name\nplace,Millrace Community Hall\n",
    "application/x-ndjson": '{"name": "Millrace Community Hall"}\n',
    "text/html": "<!doctype html><title>Repairing bicycles</title>",
    "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'/>",
}


def example(schema: Any, schemas: Schema, *, name: str = "", deep: int = 0) -> Any:
    """Return a value that `schema` allows; `name` is the property that it is for."""
    if not isinstance(schema, Mapping):
        return None
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas, name=name, deep=deep + 1)
    found, value = _said(schema, name)
    if found:
        return value
    several = schema.get("anyOf") or schema.get("oneOf")
    if several:
        return _of_several(several, schemas, name, deep)
    kind = schema.get("type")
    kind = next((one for one in kind if one != "null"), "null") if isinstance(kind, list) else kind
    if kind == "object":
        return _of_object(schema, schemas, deep)
    if kind == "array":
        return _of_array(schema, schemas, name, deep)
    return _of_scalar(kind, schema, name)


def _said(schema: Schema, name: str) -> tuple[bool, Any]:
    """Return whether a schema says itself what to show, and that."""
    if schema.get("examples"):
        return True, schema["examples"][0]
    if "const" in schema:
        return True, schema["const"]
    if "enum" in schema:
        wanted = _WORDS.get(name)
        return True, wanted if wanted in schema["enum"] else schema["enum"][0]
    return False, None


def _of_several(several: list[Any], schemas: Schema, name: str, deep: int) -> Any:
    nothing = any(one.get("type") == "null" for one in several)
    if nothing and (deep > _DEEPEST or (name in _WORDS and _WORDS[name] is None)):
        return None
    chosen: Schema = next((one for one in several if one.get("type") != "null"), {})
    return example(chosen, schemas, name=name, deep=deep + 1)


def _of_object(schema: Schema, schemas: Schema, deep: int) -> dict[str, Any]:
    properties = schema.get("properties", {})
    needed = set(schema.get("required", ()))
    shown = [one for one, inner in properties.items() if one in needed or (deep < 3 and _shows(inner))]
    made = {one: example(properties[one], schemas, name=one, deep=deep + 1) for one in shown}
    missing = schema.get("minProperties", 0) - len(made)
    if missing > 0:
        keys = schema.get("propertyNames", {})
        values: Any = schema.get("additionalProperties") or next(iter(schema.get("patternProperties", {}).values()), {})
        key = next(iter(schema.get("patternProperties", {})), None)
        made |= {_key(keys, key): example(values, schemas, deep=deep + 1)}
    return made


def _shows(schema: Schema) -> bool:
    inner = [schema, *schema.get("anyOf", ())]
    return any(one.get("examples") for one in inner)


def _key(names: Schema, pattern: str | None) -> str:
    return str(_of_scalar("string", {**names, **({"pattern": pattern} if pattern else {})}, "language"))


def _of_array(schema: Schema, schemas: Schema, name: str, deep: int) -> list[Any]:
    least = schema.get("minItems", 0)
    if deep > _DEEPEST and not least:
        return []
    inner = "" if name == "ids" else name.removesuffix("s")
    one = example(schema.get("items", {}), schemas, name=inner, deep=deep + 1)
    return [one] * max(1, least)


def _of_scalar(kind: Any, schema: Schema, name: str) -> Any:
    if kind == "boolean":
        return bool(schema.get("default", False))
    if kind in {"integer", "number"}:
        return _number(schema, name)
    if kind == "string":
        return _text(schema, name)
    return None


def _number(schema: Schema, name: str) -> Any:
    if isinstance(schema.get("default"), int | float):
        return schema["default"]
    wanted = {"latitude": 52.585, "longitude": -1.982, "seconds": 5400, "minutes": 90}.get(name, 1)
    lowest = schema.get("minimum", wanted)
    if "exclusiveMinimum" in schema:
        lowest = schema["exclusiveMinimum"] + 1
    return max(lowest, min(wanted, schema.get("maximum", wanted)))


def _text(schema: Schema, name: str) -> str:
    words = [_WORDS.get(name), name.replace("_", " ")]
    tried = [_FORMATS.get(schema.get("format", "")), schema.get("default") or None, *words, *_PATTERNED]
    for text in tried:
        if isinstance(text, str) and text and _fits(text, schema):
            return text
    return "a" * max(1, int(schema.get("minLength", 1)))


def _fits(text: str, schema: Schema) -> bool:
    pattern = schema.get("pattern")
    long_enough = schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text))
    return long_enough and (pattern is None or re.search(pattern, text) is not None)
