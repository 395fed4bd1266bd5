"""Reads HSDS 1.0 as CSV: organizations, locations with addresses, services at a location. Real exports are messy."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence

from services.directory.imports.domain import Entry, File, Flaw, Reading

Row = tuple[int, dict[str, str]]
_STATUS = {"active": "active", "inactive": "inactive", "defunct": "inactive", "": "active"}


def read(files: Sequence[File]) -> Reading:
    """Turn the files into entries and flaws. A file may be missing; one with an unknown name is a flaw."""
    reading = Reading()
    tables: dict[str, list[Row]] = {}
    for file in files:
        stem = file.name.rpartition("/")[2].lower()
        if stem not in _READERS and stem != "addresses.csv":
            reading.flaws.append(Flaw(file.name, 0, "left_out", "is not a file of HSDS 1.0 that the directory reads"))
            continue
        tables[stem] = list(_rows(file, reading))
    addresses = {row["location_id"]: row for _, row in tables.get("addresses.csv", []) if row.get("location_id")}
    homes = {row.get("id", ""): row.get("organization_id", "") for _, row in tables.get("locations.csv", [])}
    for stem, reader in _READERS.items():
        for line, row in tables.get(stem, []):
            if not row.get("id"):
                reading.flaws.append(Flaw(stem, line, "refused", "has no id", "id"))
                continue
            reading.entries.append(reader(line, row, {"addresses": addresses, "homes": homes}, reading))
    return reading


def _rows(file: File, reading: Reading) -> Iterator[Row]:
    reader = csv.DictReader(io.StringIO(file.content.removeprefix("\ufeff"), newline=""))
    if reader.fieldnames is None:
        return
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reading.flaws.append(Flaw(file.name, line, "refused", f"is not readable CSV: {error}"))
            continue
        if None in row or None in row.values():
            reading.flaws.append(Flaw(file.name, line, "refused", "has more or fewer columns than the header"))
            continue
        yield line, {name.strip().lower(): value.strip() for name, value in row.items()}


def _filled(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in facts.items() if value not in ("", None, [], {})}


def _organisation(line: int, row: dict[str, str], _: Mapping[str, Mapping[str, object]], __: Reading) -> Entry:
    facts = {"name": row.get("name", ""), "description": row.get("description"), "website": row.get("website")}
    return Entry("organisation", row["id"], "organizations.csv", line, _filled(facts))


def _place(line: int, row: dict[str, str], known: Mapping[str, Mapping[str, object]], reading: Reading) -> Entry:
    facts: dict[str, object] = {
        "name": row.get("name", ""),
        "description": row.get("description"),
        "accessibility": row.get("accessibility"),
        "address": _address(known["addresses"].get(row["id"])),
    }
    latitude, longitude = row.get("latitude", ""), row.get("longitude", "")
    if latitude and longitude:
        facts |= {"latitude": _number(latitude), "longitude": _number(longitude)}
    else:
        reading.flaws.append(Flaw("locations.csv", line, "field_dropped", "has no coordinates", "latitude"))
    return Entry("place", row["id"], "locations.csv", line, _filled(facts), organisation=row.get("organization_id"))


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _address(row: object) -> dict[str, object]:
    if not isinstance(row, dict):
        return {}
    lines = ", ".join(part for part in (row.get("address_1"), row.get("address_2")) if part)
    return _filled(
        {
            "lines": lines,
            "city": row.get("city"),
            "region": row.get("state_province"),
            "postal_code": row.get("postal_code"),
            "country": row.get("country"),
        }
    )


def _service(line: int, row: dict[str, str], known: Mapping[str, Mapping[str, object]], reading: Reading) -> Entry:
    location = row.get("location_id", "")
    codes = [code.strip() for code in row.get("taxonomy_ids", "").split(",") if code.strip()]
    once = list(dict.fromkeys(codes))
    if len(once) < len(codes):
        reason = f"repeats {len(codes) - len(once)} taxonomy codes; each is kept once"
        reading.flaws.append(Flaw("services.csv", line, "field_dropped", reason, "taxonomy_ids"))
    if not row.get("description"):
        reading.flaws.append(Flaw("services.csv", line, "field_dropped", "has no description", "description"))
    facts = {
        "name": row.get("name", ""),
        "description": row.get("description"),
        "website": row.get("website"),
        "cost": row.get("fees"),
        "status": _STATUS.get(row.get("status", "").lower(), row.get("status")),
        "codes": once,
    }
    home = known["homes"].get(location)
    places = [location] if location else []
    return Entry("service", row["id"], "services.csv", line, _filled(facts), str(home) if home else None, places)


_READERS: Mapping[str, Callable[[int, dict[str, str], Mapping[str, Mapping[str, object]], Reading], Entry]] = {
    "organizations.csv": _organisation,
    "locations.csv": _place,
    "services.csv": _service,
}
