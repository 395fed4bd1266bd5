"""Reads taxonomies and their terms, from whatever they stand in: a file of them, a page, or a service that has some.

A service carries a term by the id that the source gave it, so that id is the term's code here.
"""

from collections.abc import Mapping
from typing import Any

from services.directory.imports.cleaning import name_of
from services.directory.imports.record import Record

_NAMELESS = "terms"
"""What the taxonomy of terms is called that name none."""


def taxonomy(one: Record, found: Mapping[str, Any], *, embedded: bool = False) -> None:
    """Note a taxonomy, and the terms that stand in it."""
    facts = {
        "name": one.text(found.get("name") or name_of(found.get("id")), "name"),
        "description": one.text(found.get("description"), "description"),
        "uri": _address(found.get("uri")),
        "edition": one.text(found.get("version"), "version"),
    }
    one.entry("taxonomy", found.get("id"), facts, embedded=embedded)
    inside = found.get("taxonomy_terms")
    for each in inside if isinstance(inside, list) else []:
        if isinstance(each, dict):
            term(one, {**each, "taxonomy_detail": {**found, "taxonomy_terms": None}}, embedded=True)


def term(one: Record, found: Mapping[str, Any], *, embedded: bool = False) -> None:
    """Note a term, and the taxonomy that it names; one without a name says nothing that could be shown."""
    name = one.text(found.get("name") or found.get("term"), "name")
    if name is None or name_of(found.get("id")) is None:
        return
    whole = found.get("taxonomy_detail")
    named = name_of(whole.get("id") if isinstance(whole, Mapping) else None) or name_of(found.get("taxonomy_id"))
    title = name_of(found.get("taxonomy"))
    around = named or title or _NAMELESS
    if not found.get("taxonomy_id"):
        said = whole if isinstance(whole, Mapping) and named else {"name": title or around}
        taxonomy(one, {**said, "id": around, "taxonomy_terms": None}, embedded=True)
    facts = {
        "name": name,
        "description": one.text(found.get("description"), "description"),
        "uri": _address(found.get("term_uri")),
        "_taxonomy": around,
    }
    one.entry("term", found["id"], facts, parent=found.get("parent_id"), embedded=embedded)


def _address(value: Any) -> str | None:
    return value if isinstance(value, str) and value.isprintable() and len(value) <= 500 else None
