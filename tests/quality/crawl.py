"""Read a whole Open Referral UK feed, anybody's, and say what is wrong with it.

`python -m tests.quality.crawl URL [SCHEMAS]` reads the root, every page of every list, and every item by its id. It
holds them against the compiled schemas of the profile in the folder SCHEMAS, and against what the format says in words:
figures of pages that fit together, ids that occur once, no nulls and nothing empty, dates by ISO 8601, open to every
origin. Lists that a feed may do without are noted when they are missing, and so are fields that the profile does not
know: neither is an error.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import jsonschema

NEEDED = ("services",)
OPTIONAL = ("taxonomies", "taxonomy_terms", "service_at_locations", "organizations")
ONE = {"services": "service", "taxonomies": "taxonomy", "taxonomy_terms": "taxonomy_term",
       "service_at_locations": "service_at_location", "organizations": "organization"}  # fmt: skip
_FIGURES: Mapping[str, type] = {
    "total_items": int, "total_pages": int, "page_number": int, "size": int, "first_page": bool, "last_page": bool,
    "empty": bool, "contents": list,
}  # fmt: skip
_DATES = frozenset({"valid_from", "valid_to", "dtstart", "until", "assured_date"})
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NOBODY = "00000000-0000-4000-8000-000000000000"
_MOST_OF_A_KIND = 20
Json = dict[str, Any]


@dataclass
class Report:
    """What was read, what is wrong, and what is worth knowing."""

    pages: Counter[str] = field(default_factory=Counter)
    items: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    bodies: list[tuple[str, Json]] = field(default_factory=list, repr=False)

    def wrong(self, where: str, what: str) -> None:
        """Note an error."""
        self.errors.append(f"{where}: {what}")

    def lines(self) -> Iterator[str]:
        """Yield the report as lines of text."""
        for name in (*NEEDED, *OPTIONAL):
            yield f"{name}: {self.pages[name]} pages, {self.items[name]} items read one by one"
        for note, times in self.notes.most_common():
            yield f"note ({times}): {note}"
        for error in self.errors[:_MOST_OF_A_KIND]:
            yield f"error: {error}"
        yield f"{sum(self.pages.values())} pages, {self.items['services']} services, {len(self.errors)} errors"


def schemas_in(folder: Path) -> dict[str, Json]:
    """Return the compiled schemas of a folder by their names, and the term's, which stands inside the service's."""
    found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
    marks = found.get("service", {}).get("properties", {}).get("attributes", {}).get("items", {})
    term = marks.get("properties", {}).get("taxonomy_term")
    return {**({"taxonomy_term": term} if term else {}), **found}


class Crawl:
    """One reading of a feed. `per_page` says for which list how many are asked for; `most` how many items are read."""

    def __init__(
        self, client: httpx.Client, url: str, schemas: Mapping[str, Json], *,
        per_page: Mapping[str, int] | None = None, most: int | None = None, keep: bool = False,
    ) -> None:  # fmt: skip
        self.report = Report()
        self._client, self._url, self._schemas = client, url.rstrip("/"), schemas
        self._checks = {
            name: jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
            for name, schema in schemas.items()
        }
        self._per_page, self._most, self._keep = per_page or {}, most, keep

    def run(self) -> Report:
        """Read everything."""
        self._root()
        for name in (*NEEDED, *OPTIONAL):
            self._list(name)
        return self.report

    def _get(self, path: str, **query: Any) -> Json | None:
        answer = self._client.get(self._url + path, params=query)
        where = f"{path or '/'} {query or ''}".strip()
        if answer.headers.get("access-control-allow-origin") != "*":
            self.report.wrong(where, "Access-Control-Allow-Origin is not *")
        if answer.status_code != 200:
            return None
        if answer.headers.get("content-type", "").partition(";")[0] != "application/json":
            self.report.wrong(where, "is not application/json")
        body: Json = answer.json()
        if self._keep:
            self.report.bodies.append((path, body))
        return body

    def _root(self) -> None:
        bodies = [self._get(""), self._get("/")]
        if bodies[0] is None or bodies[0] != bodies[1]:
            self.report.wrong("/", "does not answer 200, the same with a slash at the end and without")
            return
        root = bodies[0]
        if not str(root.get("version", "")).startswith("HSDS-UK-"):
            self.report.wrong("/", f"version is {root.get('version')!r}; validators take that for version 1.0")
        for name in ("profile", "openapi_url"):
            if not urlsplit(str(root.get(name, ""))).netloc:
                self.report.wrong("/", f"{name} is no address")

    def _list(self, name: str) -> None:
        ids: list[str] = []
        number, first, total = 1, 0, 0
        while True:
            asked = {"per_page": self._per_page[name]} if name in self._per_page else {}
            page = self._get(f"/{name}", page=number, **asked)
            if page is None:
                self._missing(name, number)
                return
            self.report.pages[name] += 1
            where = f"/{name} page {number}"
            if not self._figures(where, page, number):
                return
            first, total = (page["size"], page["total_items"]) if number == 1 else (first, total)
            self._fits(where, page, first=first, total=total, asked=asked.get("per_page"))
            for one in page["contents"]:
                self._body(where, f"{ONE[name]}_list" if f"{ONE[name]}_list" in self._checks else ONE[name], one)
            ids += [str(one.get("id")) for one in page["contents"]]
            if page["last_page"] or page["empty"]:
                break
            number += 1
        self._ids(name, ids, total, number)

    def _missing(self, name: str, number: int) -> None:
        if number > 1 or name in NEEDED:
            self.report.wrong(f"/{name}", f"page {number} does not answer 200")
        else:
            self.report.notes[f"/{name} is not there; a feed may do without"] += 1

    def _figures(self, where: str, page: Json, number: int) -> bool:
        wrong = [name for name, kind in _FIGURES.items() if type(page.get(name)) is not kind]
        for name in wrong:
            self.report.wrong(where, f"{name} is missing or of another type")
        if not wrong and page["page_number"] != number:
            self.report.wrong(where, f"page_number is {page['page_number']}")
        return not wrong

    def _fits(self, where: str, page: Json, *, first: int, total: int, asked: int | None) -> None:
        number, size = page["page_number"], page["size"]
        pages = ceil(total / (first or 1))
        expected = {
            "size": len(page["contents"]), "empty": not page["contents"], "first_page": number == 1,
            "last_page": number >= pages, "total_items": total, "total_pages": pages,
        }  # fmt: skip
        for name, value in expected.items():
            if page[name] != value:
                self.report.wrong(where, f"{name} is {page[name]}, not {value}")
        if not page["last_page"] and size != first:
            self.report.wrong(where, f"has {size} items, the first page {first}")
        if asked is not None and size > asked:
            self.report.wrong(where, f"has {size} items where {asked} were asked for")

    def _ids(self, name: str, ids: list[str], total: int, last: int) -> None:
        if len(ids) != total:
            self.report.wrong(f"/{name}", f"has {len(ids)} items on its pages and says {total}")
        for twice in [id for id, times in Counter(ids).items() if times > 1]:
            self.report.wrong(f"/{name}", f"{twice} stands there more than once")
        beyond = self._get(f"/{name}", page=last + 1)
        if beyond is None or beyond.get("contents") not in ([], None):
            self.report.wrong(f"/{name}", "the page after the last is not empty")
        for id in ids[: self._most]:
            one = self._get(f"/{name}/{id}")
            if one is None or one.get("id") != id:
                self.report.wrong(f"/{name}/{id}", "does not answer with what the list shows")
                continue
            self.report.items[name] += 1
            self._body(f"/{name}/{id}", ONE[name], one)
        if self._get(f"/{name}/{_NOBODY}") is not None:
            self.report.wrong(f"/{name}/{_NOBODY}", "answers for something that is not there")

    def _body(self, where: str, schema: str, body: Any) -> None:
        if schema in self._checks:
            for error in self._checks[schema].iter_errors(body):
                self.report.wrong(where, f"{error.json_path}: {error.message[:200]}")
            self._unknown(schema, self._schemas[schema], body)
        for path, value in values(body):
            self._value(where, path, value)

    def _value(self, where: str, path: str, value: Any) -> None:
        name = path.rpartition(".")[2]
        if value is None or value in ("", [], {}):
            self.report.wrong(where, f"{path} is empty; leave it out")
        elif name in _DATES and not _DATE.fullmatch(str(value)):
            self.report.wrong(where, f"{path} is no date")
        elif name == "last_modified" and not _MOMENT.fullmatch(str(value)):
            self.report.wrong(where, f"{path} is no moment")
        elif (name == "id" or name.endswith("_id")) and not _UUID.fullmatch(str(value)):
            self.report.wrong(where, f"{path} is no UUID")

    def _unknown(self, path: str, schema: Json, body: Any) -> None:
        if isinstance(body, list):
            for one in body:
                self._unknown(path, schema.get("items", {}), one)
        elif isinstance(body, dict) and "properties" in schema:
            for name, value in body.items():
                if name in schema["properties"]:
                    self._unknown(f"{path}.{name}", schema["properties"][name], value)
                else:
                    self.report.notes[f"{path}.{name} is not in the profile"] += 1


def values(node: Any, path: str = "$") -> Iterator[tuple[str, Any]]:
    """Yield everything inside a body, with where it stands."""
    yield path, node
    if isinstance(node, dict):
        for name, child in node.items():
            yield from values(child, f"{path}.{name}")
    elif isinstance(node, list):
        for child in node:
            yield from values(child, path + "[]")


def main() -> int:
    """Crawl the feed that the command line names."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.quality.crawl", description="Check an Open Referral UK feed."
    )
    parser.add_argument("url", help="the feed's root, such as https://…/open-referral-uk/hazelbrook")
    parser.add_argument("schemas", type=Path, nargs="?", help="a folder with the profile's compiled schemas")
    parser.add_argument("--per-page", type=int, help="how many to ask for; otherwise what the feed gives")
    parser.add_argument("--most", type=int, help="how many items of each list to read one by one; otherwise all")
    told = parser.parse_args()
    sizes = {} if told.per_page is None else dict.fromkeys((*NEEDED, *OPTIONAL), told.per_page)
    with httpx.Client(timeout=120, follow_redirects=True) as client:
        schemas = schemas_in(told.schemas) if told.schemas else {}
        report = Crawl(client, told.url, schemas, per_page=sizes, most=told.most).run()
    for line in report.lines():
        print(line)  # noqa: T201
    return 1 if report.errors else 0


if __name__ == "__main__":
    sys.exit(main())
