"""How an asset is written in each format: GeoJSON, a table that a spreadsheet may open, and lines of JSON."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from services.directory.gazetteer.domain import Position
from services.directory.models import Asset

_OURS = {"tenant_id", "deleted_at", "merged_into", "asked_at"}
_ON_THE_MAP = ("name", "description", "website", "category", "concepts", "languages", "access", "areas")
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COLUMNS = (
    "kind", "id", "name", "description", "website", "category", "concepts", "languages", "access", "accessibility",
    "cost", "areas", "latitude", "longitude", "distance_km", "assured_on", "assured_by", "confirmed_at", "updated_at",
)  # fmt: skip
COLLECTION_BEGINS, COLLECTION_ENDS = '{"type":"FeatureCollection","features":[', "]}"


class Exported(NamedTuple):
    """An asset that is exported, and where it is: the nearest place first."""

    kind: str
    asset: Asset
    points: Sequence[Position]
    distance_km: float | None


def plainly(one: Exported) -> dict[str, Any]:
    """Return everything that an asset says, as JSON; `type` is an organisation's own kind, or a micro-provider's."""
    asset = one.asset
    said = {name: _as_json(getattr(asset, name)) for name in type(asset).model_fields if name not in _OURS}
    of_its_own = {"type": said["kind"]} if "kind" in said else {}
    return {**said, **of_its_own, "kind": one.kind}


def _as_json(value: Any) -> Any:
    if isinstance(value, date):  # and so every moment
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def line(one: Exported) -> str:
    """Return an asset as one line of JSON, with where it is."""
    places = [{"latitude": latitude, "longitude": longitude} for latitude, longitude in one.points]
    return json.dumps({**plainly(one), "points": places}, ensure_ascii=False) + "\n"


def feature(one: Exported) -> str:
    """Return an asset as a feature of a map: a point, or several; positions are [longitude, latitude]."""
    positions = [[longitude, latitude] for latitude, longitude in one.points]
    geometry: dict[str, Any] = (
        {"type": "Point", "coordinates": positions[0]}
        if len(positions) == 1
        else {"type": "MultiPoint", "coordinates": positions}
    )
    properties = {"kind": one.kind} | {name: getattr(one.asset, name) for name in _ON_THE_MAP}
    made = {"type": "Feature", "id": str(one.asset.id), "geometry": geometry, "properties": properties}
    return json.dumps(made, ensure_ascii=False)


def cells(one: Exported) -> list[Any]:
    """Return an asset as the cells of a table; lists are parted by semicolons."""
    latitude, longitude = one.points[0] if one.points else (None, None)
    said = {
        **plainly(one), "latitude": latitude, "longitude": longitude, "distance_km": one.distance_km,
    }  # fmt: skip
    return ["; ".join(said[name]) if isinstance(said[name], list) else said[name] for name in COLUMNS]


def harmless(value: Any) -> Any:
    """Return a cell so that no spreadsheet takes a text for a formula."""
    if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA):
        return "'" + value
    return "" if value is None else value


def table(rows: Sequence[Sequence[Any]]) -> str:
    """Return rows as CSV (RFC 4180)."""
    sheet = io.StringIO()
    csv.writer(sheet).writerows([harmless(cell) for cell in row] for row in rows)
    return sheet.getvalue()


def records(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], *, with_head: bool) -> str:
    """Return rows as CSV just as they are, for programs that take them in; the names of the columns first."""
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, columns, extrasaction="ignore", restval="")
    if with_head:
        writer.writeheader()
    writer.writerows(rows)
    return sheet.getvalue()
