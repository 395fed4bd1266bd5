"""The rules of places: shapes that close, areas that are not part of themselves, postcodes in one spelling.

Latitude and longitude are degrees (WGS 84); GeoJSON writes them the other way round. Distances are kilometres.
"""

import csv
import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from services.directory.assets.domain import goes_round
from services.kernel.problems import Conflict, Problem

KM_PER_DEGREE = 111.195
LONGEST_CODE = 16
EARTH_KM = 6371.0088
_MOST_POSITIONS = 5_000
_MOST_RINGS = 100
_UNITED_KINGDOM = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
_CODE = re.compile(r"[0-9A-Z][0-9A-Z\-]*")

Position = tuple[float, float]
"""Latitude and longitude."""


class UnknownPostcode(Problem):
    status = 422
    slug = "unknown-postcode"
    title = "That postcode is not in the list"


class AreaExists(Conflict):
    slug = "area-exists"
    title = "Another area has that name"


class AreaInUse(Conflict):
    slug = "area-in-use"
    title = "Other areas are part of this one"


class AreaWithinItself(Conflict):
    status = 422
    slug = "area-within-itself"
    title = "An area cannot be part of itself"


class PostcodeLine(NamedTuple):
    """A postcode of a list, and where it is."""

    code: str
    latitude: float
    longitude: float
    area: str | None


class BadLine(NamedTuple):
    """A line of a list that cannot be used, and why."""

    line: int
    reason: str


def distance_km(one: Position, other: Position) -> float:
    """Return the distance between two points on a round earth (haversine)."""
    up, down = math.radians(one[0]), math.radians(other[0])
    across = math.radians(other[1] - one[1])
    half = math.sin((down - up) / 2) ** 2 + math.cos(up) * math.cos(down) * math.sin(across / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


def code_of(written: str) -> str:
    """Return a postcode without spaces and in capitals. Raises ValueError for what cannot be one."""
    code = "".join(written.split()).upper()
    if not _CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        raise ValueError("is not a postcode")
    return code


def outward_of(code: str) -> str | None:
    """Return the first half of a postcode in the form of the United Kingdom; others have none."""
    return code[:-3] if _UNITED_KINGDOM.fullmatch(code) else None


def checked_shape(shape: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Polygon or MultiPolygon with its coordinates alone. Raises ValueError for one that does not close."""
    kind, coordinates = shape.get("type"), shape.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(coordinates, list) or not coordinates:
        raise ValueError("must be a GeoJSON Polygon or MultiPolygon")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if any(not isinstance(polygon, list) or not polygon for polygon in polygons):
        raise ValueError("must be a GeoJSON Polygon or MultiPolygon")
    rings = [ring for polygon in polygons for ring in polygon]
    if len(rings) > _MOST_RINGS or sum(len(ring) for ring in rings if isinstance(ring, list)) > _MOST_POSITIONS:
        raise ValueError(f"may have {_MOST_RINGS} rings and {_MOST_POSITIONS} positions at the most")
    checked = [[_ring(ring) for ring in polygon] for polygon in polygons]
    return {"type": kind, "coordinates": checked[0] if kind == "Polygon" else checked}


def _ring(ring: Any) -> list[list[float]]:
    if not isinstance(ring, list) or len(ring) < 4:
        raise ValueError("a ring needs four positions or more")
    positions = [_position(one) for one in ring]
    if positions[0] != positions[-1]:
        raise ValueError("a ring must end where it begins")
    if abs(_twice_the_surface(positions)) < 1e-12:
        raise ValueError("a ring must go around something")
    return positions


def _position(one: Any) -> list[float]:
    if not isinstance(one, list) or len(one) not in (2, 3):
        raise ValueError("a position is a longitude and a latitude")
    if any(isinstance(part, bool) or not isinstance(part, int | float) or not math.isfinite(part) for part in one):
        raise ValueError("a position is a longitude and a latitude")
    longitude, latitude = float(one[0]), float(one[1])
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ValueError("a position is a longitude and a latitude, in this order, in degrees")
    return [longitude, latitude]


def _twice_the_surface(ring: Sequence[Sequence[float]]) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring))


def within(point: Position, shape: Mapping[str, Any]) -> bool:
    """Say whether a point lies in a shape, and in none of its holes."""
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return any(_in_ring(point, polygon[0]) and not any(_in_ring(point, hole) for hole in polygon[1:])
               for polygon in polygons)  # fmt: skip


def _in_ring(point: Position, ring: Sequence[Sequence[float]]) -> bool:
    """Count how often the way from the point to the east meets the ring: an odd number is inside."""
    y, x = point
    inside = False
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def check_not_within_itself(area: UUID, above: Mapping[UUID, UUID | None]) -> None:
    """Raise AreaWithinItself when the way up from `area` comes back to it."""
    if goes_round(area, above):
        raise AreaWithinItself


def postcode_lines(lines: Iterator[str]) -> Iterator[PostcodeLine | BadLine]:
    """Read a list of postcodes: CSV with a head that names postcode, latitude, longitude and perhaps area."""
    reader = csv.reader(lines)
    head: list[str] | None = None
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield BadLine(reader.line_num, "is not readable CSV")
            continue
        if head is None:
            head = [name.strip().lower() for name in row]
            if missing := {"postcode", "latitude", "longitude"} - set(head):
                yield BadLine(1, f"the first line must name the columns; it lacks {', '.join(sorted(missing))}")
                return
        elif row:
            yield _line(reader.line_num, head, row)


def _line(number: int, head: Sequence[str], row: Sequence[str]) -> PostcodeLine | BadLine:
    if len(row) != len(head):
        return BadLine(number, "has more or fewer columns than the first line")
    found = dict(zip(head, (value.strip() for value in row), strict=True))
    try:
        code, latitude, longitude = code_of(found["postcode"]), float(found["latitude"]), float(found["longitude"])
    except ValueError as error:
        return BadLine(number, "is not a postcode" if "postcode" in str(error) else "has no readable coordinates")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return BadLine(number, "has coordinates that are nowhere on earth")
    if latitude == longitude == 0:
        return BadLine(number, "has the coordinates 0, 0, which mean that they are unknown")
    area = found.get("area") or None
    if area is not None and (len(area) > 200 or not area.isprintable()):
        return BadLine(number, "has an area that is too long or cannot be printed")
    return PostcodeLine(code, latitude, longitude, area)
