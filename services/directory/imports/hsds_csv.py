"""Reads HSDS as CSV, version 1 (services name their location) and version 3 (a tabular data package). Both are messy.

Files are read in the order in which their lines depend on each other, one line at a time; what stands in side files
(addresses, schedules, costs …) is added to the entry that it names.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TextIO

from services.directory.imports import terms
from services.directory.imports.cleaning import name_of, whole
from services.directory.imports.domain import File, Flaw, Item, Reading
from services.directory.imports.record import Record, filled

Row = Mapping[str, str]
Opened = Callable[[], TextIO]
"""Opens a file from its beginning."""
_TIME_ZONE = "Europe/London"
_PERSONAL = {"contacts.csv", "phones.csv"}
_PERSONAL_COLUMNS = ("email", "assurer_email")
csv.field_size_limit(20_000_000)


def read(files: Sequence[File]) -> Reading:
    """Turn whole files into entries and flaws. A file may be missing; one with an unknown name is a flaw."""
    return Reading.of(items([(file.name, _opener(file.content)) for file in files]))


def _opener(content: str) -> Opened:
    return lambda: io.StringIO(content, newline="")


def items(files: Iterable[tuple[str, Opened]]) -> Iterator[Item]:
    """Yield what the files say: entries first, then what belongs to them."""
    known: dict[str, Opened] = {}
    for name, opened in files:
        stem = name.replace("\\", "/").rpartition("/")[2].lower()
        if stem in _PERSONAL:
            yield Flaw(name[:200], 0, "left_out", "may be about persons and stays out")
        elif stem in _READERS and stem not in known:
            known[stem] = opened
        elif stem != "datapackage.json":
            again = "stands there twice" if stem in known else "is not a file of HSDS that the directory reads"
            yield Flaw(name[:200], 0, "left_out", again)
    for stem, reader in _READERS.items():
        if stem in known:
            yield from _table(stem, known[stem], reader)


def _table(stem: str, opened: Opened, reader: "_Reader") -> Iterator[Item]:
    with opened() as file:
        for line, row in _rows(stem, file):
            if isinstance(row, Flaw):
                yield row
                continue
            one = Record(stem, line)
            for name in _PERSONAL_COLUMNS:
                if row.get(name):
                    one.flaw("left_out", "may be about a person and stays out", name)
            reader(one, row)
            yield from one.items


def _rows(stem: str, file: TextIO) -> Iterator[tuple[int, Row | Flaw]]:
    lines = csv.reader(file)
    header: list[str] | None = None
    while True:
        line = lines.line_num + 1
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, Flaw(stem, line, "refused", f"is not readable CSV: {error}")
            continue
        if header is None:
            header = [name.strip().lower().removeprefix("\ufeff") for name in cells]
        elif not cells:
            continue
        elif len(cells) != len(header):
            yield line, Flaw(stem, line, "refused", "has more or fewer columns than the header")
        else:
            yield line, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}


_Reader = Callable[[Record, Row], None]


def _needs_id(one: Record, row: Row) -> bool:
    if not row.get("id"):
        one.flaw("refused", "has no id", "id")
    return bool(row.get("id"))


def _organisation(one: Record, row: Row) -> None:
    if not _needs_id(one, row):
        return
    facts = {
        "name": one.text(row.get("name"), "name"),
        "description": one.text(row.get("description"), "description"),
        "website": row.get("website") or row.get("url"),
    }
    one.entry("organisation", row["id"], facts, parent=row.get("parent_organization_id"))


def _place(one: Record, row: Row) -> None:
    if not _needs_id(one, row):
        return
    facts = {
        "name": one.text(row.get("name"), "name"),
        "description": one.text(row.get("description"), "description"),
        "accessibility": one.text(row.get("accessibility"), "accessibility"),
        **one.point(row, None),
    }
    one.entry("place", row["id"], facts, organisation=row.get("organization_id"))


def _service(one: Record, row: Row) -> None:
    if not _needs_id(one, row):
        return
    if not row.get("description"):
        one.flaw("field_dropped", "has no description", "description")
    facts = {
        "name": one.text(row.get("name"), "name"),
        "description": one.text(row.get("description"), "description"),
        "website": row.get("website") or row.get("url"),
        "cost": one.text(row.get("fees_description") or row.get("fees"), "fees"),
        "status": one.status(row.get("status")),
        "codes": _codes(one, row),
        "minimum_age": whole(row.get("minimum_age", "")),
        "maximum_age": whole(row.get("maximum_age", "")),
        "alert": one.text(row.get("alert"), "alert"),
        "assured_on": row.get("assured_date"),
    }
    location = name_of(row.get("location_id"))
    places = [location] if location else []
    one.entry("service", row["id"], facts, organisation=row.get("organization_id"), places=places)


def _codes(one: Record, row: Row) -> list[str]:
    codes = [code.strip() for code in row.get("taxonomy_ids", "").split(",") if code.strip()]
    once = list(dict.fromkeys(codes))
    if len(once) < len(codes):
        reason = f"repeats {len(codes) - len(once)} taxonomy codes; each is kept once"
        one.flaw("field_dropped", reason, "taxonomy_ids")
    return once


def _at_location(one: Record, row: Row) -> None:
    one.link(row.get("id"), row.get("service_id"), row.get("location_id"))


def _to_whom(one: Record, row: Row, field: str, value: object) -> None:
    """Add something to whatever the line names: a service, a service at a place, a place, an organisation."""
    for column, kind in _OWNERS.items():
        if row.get(column):
            one.add(kind, row[column], field, value)
            return
    one.flaw("refused", "names nothing that it could belong to")


_OWNERS = {
    "service_id": "service",
    "service_at_location_id": "link",
    "location_id": "place",
    "organization_id": "organisation",
}


def _address(one: Record, row: Row) -> None:
    parts = {
        "lines": ", ".join(row[name] for name in ("address_1", "address_2") if row.get(name)),
        "city": row.get("city"),
        "region": row.get("region") or row.get("state_province"),
        "postal_code": row.get("postal_code"),
        "country": row.get("country", "").upper(),
    }
    if row.get("location_id"):
        made = filled({name: one.text(value, "address") for name, value in parts.items()})
        one.add("place", row["location_id"], "address", made)


def _schedule(one: Record, row: Row) -> None:
    _to_whom(one, row, "opening", one.window(row, _TIME_ZONE))


def _language(one: Record, row: Row) -> None:
    code = row.get("code") or row.get("language") or row.get("name")
    _to_whom(one, row, "languages", [code] if code else [])


def _cost(one: Record, row: Row) -> None:
    _to_whom(one, row, "costs", one.cost(row, None))


def _accessibility(one: Record, row: Row) -> None:
    _to_whom(
        one, row, "accessibility", one.text(row.get("description") or row.get("accessibility"), "accessibility")
    )  # fmt: skip


def _area(one: Record, row: Row) -> None:
    name = one.text(row.get("name") or row.get("service_area"), "areas")
    _to_whom(one, row, "areas", [name] if name else [])


def _identifier(one: Record, row: Row) -> None:
    scheme = row.get("identifier_scheme") or row.get("identifier_type")
    if scheme and row.get("identifier"):
        _to_whom(one, row, "identifiers", [{"scheme": scheme, "value": row["identifier"]}])


def _attribute(one: Record, row: Row) -> None:
    term = row.get("taxonomy_term_id") or row.get("taxonomy_id")
    if row.get("link_entity", "service").lower().rstrip("s") in ("service", "") and term:
        one.add("service", row.get("link_id") or row.get("service_id"), "codes", [term])


def _taxonomy(one: Record, row: Row) -> None:
    if _needs_id(one, row):
        terms.taxonomy(one, row)


def _term(one: Record, row: Row) -> None:
    if _needs_id(one, row):
        terms.term(one, row)


_READERS: Mapping[str, _Reader] = {
    "organizations.csv": _organisation,
    "locations.csv": _place,
    "services.csv": _service,
    "service_at_location.csv": _at_location,
    "services_at_location.csv": _at_location,
    "service_at_locations.csv": _at_location,
    "addresses.csv": _address,
    "physical_addresses.csv": _address,
    "schedules.csv": _schedule,
    "regular_schedules.csv": _schedule,
    "languages.csv": _language,
    "cost_options.csv": _cost,
    "accessibility.csv": _accessibility,
    "accessibility_for_disabilities.csv": _accessibility,
    "service_areas.csv": _area,
    "organization_identifiers.csv": _identifier,
    "attributes.csv": _attribute,
    "services_taxonomy.csv": _attribute,
    "taxonomies.csv": _taxonomy,
    "taxonomy_terms.csv": _term,
}
