"""The docs page: the OpenAPI document as plain, accessible HTML, made here; no scripts, nothing from elsewhere."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from html import escape
from typing import Any

from gateway.contract import Document

SECURITY_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 60rem; padding: 1rem }
.skip { position: absolute; left: -99rem } .skip:focus { position: static }
code, pre { font: .9rem/1.4 ui-monospace, monospace } pre { overflow-x: auto; padding: .5rem; border: 1px solid }
details { border-top: 1px solid; padding: .4rem 0 } summary { cursor: pointer }
summary b { display: inline-block; min-width: 4.5rem }
table { border-collapse: collapse } th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0 }
nav ul { columns: 3 12rem; padding-left: 1rem }
"""
_FIRST = (
    "oauth", "tenants", "clients", "staff", "identity providers", "participants", "organisations", "places", "services",
    "imports",
    "vocabulary", "instruments", "assessments", "round tables", "surveys", "publications", "reports", "needs", "offers",
    "candidates", "matches", "hours", "feedback", "risks", "plans", "fairness", "accounts", "transfers",
    "councils", "elections", "projects", "action plans", "rotas", "co-production labs", "events",
)  # fmt: skip
_ORDER = {tag: number for number, tag in enumerate(_FIRST)}
"""As somebody would meet them who begins: from a token to a match to hours."""
_CODE = re.compile("`([^`]+)`")
_METHODS = ("get", "put", "post", "patch", "delete")


def page(document: Document) -> str:
    """Return the docs page of an OpenAPI document."""
    tags = _by_tag(document)
    links = "".join(f'<li><a href="#{_anchor(tag)}">{escape(tag)}</a></li>' for tag in tags)
    sections = "".join(_section(tag, operations) for tag, operations in tags.items())
    schemas = document.get("components", {}).get("schemas", {})
    shapes = "".join(_schema(name, schema) for name, schema in sorted(schemas.items()))
    info = document["info"]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(info['title'])}: the API</title>"
        '<link rel="stylesheet" href="/docs/style.css"></head>'
        '<body><a class="skip" href="#content">Skip to the content</a>'
        f"<header><h1>{escape(info['title'])}: the API</h1><p>{escape(info.get('description', ''))}</p>"
        '<p>For programs: OpenAPI <a href="/openapi.json">3.1</a>, <a href="/openapi-3.0.json">3.0</a> and '
        '<a href="/openapi-2.0.json">2.0</a>, <a href="/problems">all problems</a>.</p></header>'
        f'<nav aria-label="Resources"><ul>{links}<li><a href="#shapes">shapes</a></li></ul></nav>'
        f'<main id="content">{sections}<section id="shapes"><h2>Shapes</h2>{shapes}</section></main></body></html>'
    )


def _by_tag(document: Document) -> dict[str, list[tuple[str, str, Document]]]:
    tags: dict[str, list[tuple[str, str, Document]]] = defaultdict(list)
    for path, operations in document.get("paths", {}).items():
        for method in _METHODS:
            if method in operations:
                operation = operations[method]
                tags[operation.get("tags", ["other"])[0]].append((method, path, operation))
    return dict(sorted(tags.items(), key=lambda item: (_ORDER.get(item[0], len(_ORDER)), item[0])))


def _anchor(tag: str) -> str:
    return escape(tag.replace(" ", "-"))


def _prose(text: str) -> str:
    """Return a description as paragraphs, with what stands between backticks as code."""
    paragraphs = (part for part in escape(text).split("\n\n") if part.strip())
    marked = (_CODE.sub(r"<code>\1</code>", part) for part in paragraphs)
    return "".join(f"<p>{part}</p>" for part in marked)


def _section(tag: str, operations: list[tuple[str, str, Document]]) -> str:
    shown = "".join(_operation(method, path, operation) for method, path, operation in operations)
    return f'<section id="{_anchor(tag)}"><h2>{escape(tag)}</h2>{shown}</section>'


def _operation(method: str, path: str, operation: Document) -> str:
    body = "".join(_bodies("Send", operation.get("requestBody", {}).get("content", {})))
    answers = "".join(_answer(status, answer) for status, answer in operation.get("responses", {}).items())
    return (
        f'<details id="{escape(operation.get("operationId", ""))}"><summary><b>{method.upper()}</b> '
        f"<code>{escape(path)}</code> {escape(operation.get('summary', ''))}</summary>"
        f"{_prose(operation.get('description', ''))}{_scopes(operation)}{_parameters(operation)}{body}"
        f"<table><caption>Answers</caption><thead><tr><th scope=col>Status</th><th scope=col>Meaning</th>"
        f"<th scope=col>Shape</th></tr></thead><tbody>{answers}</tbody></table></details>"
    )


def _scopes(operation: Document) -> str:
    scopes = sorted({scope for needed in operation.get("security", []) for one in needed.values() for scope in one})
    return f"<p>Scopes: {escape(', '.join(scopes))}</p>" if scopes else ""


def _parameters(operation: Document) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(one['name'])}</code></td><td>{escape(one['in'])}"
        f"{', required' if one.get('required') else ''}</td><td>{_shape(one.get('schema', {}))}</td>"
        f"<td>{escape(one.get('description', ''))}</td></tr>"
        for one in operation.get("parameters", [])
    )
    return f"<table><caption>Parameters</caption><tbody>{rows}</tbody></table>" if rows else ""


def _bodies(verb: str, content: Document) -> Iterator[str]:
    for media_type, media in content.items():
        yield f"<p>{verb} <code>{escape(media_type)}</code>: {_shape(media.get('schema', {}))}</p>"
        if "example" in media:
            yield f"<pre>{escape(json.dumps(media['example'], indent=1, ensure_ascii=False))}</pre>"


def _answer(status: str, answer: Document) -> str:
    shapes = ", ".join(_shape(media.get("schema", {})) for media in answer.get("content", {}).values())
    return f"<tr><td>{escape(status)}</td><td>{escape(answer.get('description', ''))}</td><td>{shapes}</td></tr>"


def _schema(name: str, schema: Document) -> str:
    shown = escape(json.dumps(schema, indent=2, ensure_ascii=False))
    return (
        f'<details><summary><code>{escape(name)}</code></summary><pre id="shape-{escape(name)}">{shown}</pre></details>'
    )


def _shape(schema: Any) -> str:
    """Return a schema in a few words, with links to the named ones."""
    if not isinstance(schema, dict):
        return ""
    if reference := schema.get("$ref"):
        name = escape(reference.rsplit("/", 1)[-1])
        return f'<a href="#shape-{name}">{name}</a>'
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(_shape(one) for one in schema[several])
    if "enum" in schema:
        return "one of " + ", ".join(f"<code>{escape(str(one))}</code>" for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_shape(schema.get('items', {}))}"
    return escape(str(schema.get("format") or schema.get("type") or schema.get("title") or "any"))
