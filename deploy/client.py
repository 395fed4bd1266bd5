"""Writes the generated part of the Python client, `client/cando_client`, from the merged OpenAPI document.

`shapes.py` has a TypedDict for each schema; `operations.py` and `async_operations.py` a method for each operation;
`facts.py` says in which collection the subject of a fact is fetched. They are never changed by hand.
"""

import keyword
import re
import textwrap
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_WRITTEN = '"""{about}\n\nWritten by `make contracts`; not to be changed by hand.\n"""\n\n# ruff: noqa\n# fmt: off\n'
_BODIES = ("application/json", "application/x-www-form-urlencoded")
_MODULES = {
    "operations": ("Operations", "", "Every operation of the API as a method."),
    "async_operations": ("AsyncOperations", "a", "Every operation of the API as a method to await."),
}


def modules(document: Schema) -> dict[str, str]:
    """Return the generated modules' texts by their names, such as `shapes`."""
    written = {name: _operations(document, *how) for name, how in _MODULES.items()}
    return {"shapes": _shapes(document["components"]["schemas"]), "facts": _facts(document), **written}


def _facts(document: Schema) -> str:
    told = document["paths"].get("/v1/events", {}).get("get", {}).get("x-cando-facts", {})
    head = _WRITTEN.format(about="Where the subject of a fact is fetched, by the first word of its type.")
    lines = []
    for word, one in sorted(told.items()):
        also = ", ".join(
            f"({name!r}, {_collection(where)!r})" for where, names in one["also"].items() for name in names
        )
        collection = _collection(one["collection"])
        lines.append(f"    {word!r}: ({collection!r}, [{also}]),\n")
    kind = "dict[str, tuple[str | None, list[tuple[str, str]]]]"
    about = '"""By word: the collection of the subject; and which members of `ids` are fetched where."""'
    return f"{head}FACTS: {kind} = {{\n{''.join(lines)}}}\n{about}\n"


def _collection(address: str | None) -> str | None:
    return address and address.removeprefix("/v1/")


# --- shapes --------------------------------------------------------------------------------------------------------


def class_name(schema: str) -> str:
    """Return the name of a schema's class: `Page_NeedPublic_` is `PageNeedPublic`."""
    return re.sub(r"[^A-Za-z0-9]", "", schema)


def _shapes(schemas: dict[str, Schema]) -> str:
    head = _WRITTEN.format(about="Every body and answer of the API, as it is in JSON.")
    imports = "from typing import Any, Literal, NotRequired, TypedDict\n\nfrom cando_client.pages import Page\n"
    return head + imports + "".join(_shape(class_name(name), schema) for name, schema in sorted(schemas.items()))


def _shape(name: str, schema: Schema) -> str:
    if (item := _item_of_page(schema)) is not None:
        return f"\n\n{name} = Page[{_quoted(item)}]\n"
    if "properties" not in schema:
        return f"\n\n{name} = {_alias(schema)}\n"
    needed = set(schema.get("required", ()))
    fields = {key: _field(value, key in needed) for key, value in schema["properties"].items()}
    if any(not key.isidentifier() or keyword.iskeyword(key) for key in fields):
        inside = "".join(f'    "{key}": {_quoted(value)},\n' for key, value in fields.items())
        return f'\n\n{name} = TypedDict("{name}", {{\n{inside}}})\n'
    about = "".join(f'    """{line}"""\n\n' for line in _first_line(schema))
    inside = "".join(f"    {key}: {_quoted(value)}\n" for key, value in fields.items()) or "    pass\n"
    return f"\n\nclass {name}(TypedDict):\n{about}{inside}"


def _quoted(text: str) -> str:
    """Return a type as a forward reference, unless it names no class of ours."""
    names = re.sub(r'"[^"]*"', "", text)
    known = {"Any", "Literal", "NotRequired", "None", "Page", *_SCALARS.values(), "list", "dict"}
    ours = set(re.findall(r"[A-Za-z]\w*", names)) - known
    return repr(text) if ours else text


def _alias(schema: Schema) -> str:
    text = type_of(schema, "")
    return text if _quoted(text) == text else "Any"


def _field(schema: Schema, needed: bool) -> str:
    text = type_of(schema, "")
    return text if needed else f"NotRequired[{text}]"


def _first_line(schema: Schema) -> Iterator[str]:
    text = schema.get("description", "").strip().split("\n\n")[0].replace("\n", " ").replace('"""', "'''")
    if text:
        yield text.replace("\\", "\\\\")


def _item_of_page(schema: Schema) -> str | None:
    """Return the type of a page's items, where a schema is a page and nothing more."""
    properties = schema.get("properties", {})
    if set(properties) != {"items", "next"} or properties["items"].get("type") != "array":
        return None
    return type_of(properties["items"].get("items", {}), "")


def type_of(schema: Any, module: str) -> str:
    """Return the Python type of a schema; `module` stands before the names of classes."""
    if not isinstance(schema, dict):
        return "Any"
    if reference := schema.get("$ref"):
        return module + class_name(reference.rsplit("/", 1)[-1])
    if "const" in schema:
        return f"Literal[{_literal(schema['const'])}]"
    if "enum" in schema:
        return f"Literal[{', '.join(_literal(one) for one in schema['enum'])}]"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(type_of(one, module) for one in schema[several]))
    return _plain(schema, module)


def _plain(schema: Schema, module: str) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(dict.fromkeys(type_of({**schema, "type": one}, module) for one in kind))
    if kind == "array":
        return f"list[{type_of(schema.get('items', {}), module)}]"
    if kind == "object":
        return f"dict[str, {_values(schema, module)}]"
    if kind == "string" and schema.get("format") == "binary":
        return "bytes"
    return _SCALARS.get(str(kind), "Any")


def _values(schema: Schema, module: str) -> str:
    if "properties" in schema:
        return "Any"
    several = list(schema.get("patternProperties", {}).values())
    more = schema.get("additionalProperties", {})
    if isinstance(more, dict) and (more or not several):
        several.append(more)
    return " | ".join(dict.fromkeys(type_of(one, module) for one in several)) or "Any"


def _literal(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


# --- operations ----------------------------------------------------------------------------------------------------


def _operations(document: Schema, name: str, kind: str, about: str) -> str:
    found = [
        _method(method, path, operation, kind)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return (
        _WRITTEN.format(about=about)
        + "from __future__ import annotations\n\nfrom typing import TYPE_CHECKING, Any, Literal, cast\n\n"
        + "from cando_client.asking import commas, part, tag\n\nif TYPE_CHECKING:\n"
        + "    from collections.abc import Mapping\n    from datetime import date, datetime\n"
        + "    from uuid import UUID\n\n"
        + "    from cando_client import shapes as s\n    from cando_client.asking import IfMatch, Ids, Key\n\n\n"
        + f"class {name}:\n"
        + f'    """{about}"""\n\n'
        + f"    {'async ' * (kind == 'a')}def _ask(self, method: str, path: str, **request: Any) -> Any:\n"
        + "        raise NotImplementedError\n"
        + "".join(text for _, text in sorted(found))
    )


def _method(method: str, path: str, operation: Schema, kind: str) -> tuple[str, str]:
    parameters = [one for one in operation.get("parameters", ()) if one["name"].lower() not in _OURS]
    segments = [one for one in parameters if one["in"] == "path"]
    named = [one for one in parameters if one["in"] != "path"]
    name = operation["operationId"]
    taken = [f"{_python(one['name'])}: {_segment_type(one['schema'])}" for one in segments]
    taken += _body_argument(operation)
    keyed, tagged = _takes(operation, "idempotency-key"), _takes(operation, "if-match")
    options = [_option(one) for one in sorted(named, key=lambda one: not one.get("required"))]
    options += ["key: Key = None"] * keyed + ["if_match: IfMatch = None"] * tagged
    lines = [*taken, *(["*", *options] if options else [])]
    signature = "".join(f"        {line},\n" for line in ["self", *lines])
    answer = _answer(operation)
    asked = f"{'await ' * (kind == 'a')}self._ask(\n{_request(method, path, operation, named)}        )"
    text = (
        f"\n    {'async ' * (kind == 'a')}def {name}(\n{signature}    ) -> {answer}:\n{_about(method, path, operation)}"
        f"        return cast({_in_quotes(answer)}, {asked})\n"
    )
    return name, text


_OURS = {"idempotency-key", "if-match"}


def _takes(operation: Schema, header: str) -> bool:
    return any(one["in"] == "header" and one["name"].lower() == header for one in operation.get("parameters", ()))


def _in_quotes(text: str) -> str:
    return repr(text)


def _python(name: str) -> str:
    made = re.sub(r"\W", "_", name.lower())
    return f"{made}_" if keyword.iskeyword(made) else made


def _segment_type(schema: Schema) -> str:
    return "str | UUID" if schema.get("format") == "uuid" else type_of(schema, "s.")


def _argument_type(schema: Schema) -> str:
    several = schema.get("anyOf", [schema])
    wider = {"uuid": "str | UUID", "date-time": "str | datetime", "date": "str | date"}
    types = [wider.get(one.get("format", ""), type_of(one, "s.")) for one in several if one.get("type") != "null"]
    return " | ".join(dict.fromkeys(types))


def _option(parameter: Schema) -> str:
    name, schema = _python(parameter["name"]), parameter["schema"]
    text = "Ids" if parameter["name"] == "ids" else _argument_type(schema)
    if parameter.get("required"):
        return f"{name}: {text}"
    return f"{name}: {text if text == 'Ids' or text == 'Any' else f'{text} | None'} = None"


def _body_argument(operation: Schema) -> list[str]:
    body = operation.get("requestBody")
    if body is None:
        return []
    optional = "" if body.get("required") else " | None = None"
    media, content = next(iter(body["content"].items()))
    if media == _BODIES[1]:
        return [f"body: Mapping[str, str]{optional}"]
    return [f"body: {type_of(content['schema'], 's.') if media == _BODIES[0] else 'str | bytes'}{optional}"]


def _request(method: str, path: str, operation: Schema, named: list[Schema]) -> str:
    filled = re.sub(r"\{(\w+)\}", lambda found: f"{{part({_python(found[1])})}}", path)
    lines = [f'"{method.upper()}"', f'{"f" if filled != path else ""}"{filled}"']
    query = [_pair(one) for one in named if one["in"] == "query"]
    headers = [_pair(one) for one in named if one["in"] == "header"]
    if _takes(operation, "if-match"):
        headers.append('"if-match": tag(if_match)')
    lines += [f"query={{{', '.join(query)}}}"] * bool(query) + [f"headers={{{', '.join(headers)}}}"] * bool(headers)
    if "requestBody" in operation:
        media = next(iter(operation["requestBody"]["content"]))
        lines += ["body=body"] + [f'media="{media}"'] * (media != _BODIES[0])
    if _takes(operation, "idempotency-key"):
        lines += ["key=key", "keyed=True"]
    return "".join(f"            {line},\n" for line in lines)


def _pair(parameter: Schema) -> str:
    name = parameter["name"]
    return f'"{name}": {f"commas({name})" if name == "ids" else _python(name)}'


def _answer(operation: Schema) -> str:
    """Return the type of what comes back when all goes well."""
    types: dict[str, None] = {}
    for status, answer in operation["responses"].items():
        if not status.startswith("2"):
            continue
        content = answer.get("content", {})
        for media, one in content.items():
            is_json = media.partition(";")[0].endswith("json") and "ndjson" not in media
            types[type_of(one.get("schema", {}), "s.") if is_json else "bytes"] = None
        if not content:
            types["None"] = None
    return "Any" if "Any" in types else " | ".join(types) or "None"


def _about(method: str, path: str, operation: Schema) -> str:
    scopes = sorted({scope for needed in operation.get("security", ()) for one in needed.values() for scope in one})
    where = f"`{method.upper()} {path}`" + (f" with the scope {', '.join(scopes)}." if scopes else ".")
    told = " ".join(operation.get("description", "").split()).replace("\\", "\\\\").replace('"""', "'''")
    paragraphs = [f"{operation['summary'].rstrip('.')}.", where, *([told] if told else [])]
    wrapped = ["\n".join(textwrap.wrap(one, 108, break_long_words=False)) for one in paragraphs]
    return textwrap.indent('"""' + "\n\n".join(wrapped) + '\n"""\n', "        ")
