"""The names of places: parts of the neighbourhood, and postcodes out of a file."""

import time
from uuid import uuid4

import pytest

from services.directory.gazetteer.domain import checked_shape, code_of, distance_km, outward_of, within
from tests.directory.test_search import names, place, search, service, until
from tests.town import Quarter, Town, ok, problem


@pytest.fixture(scope="session")
def ashford(town: Town) -> Quarter:
    """A neighbourhood of this file alone: whatever changes its areas has all of it entered anew."""
    return town.found("ashby", language="en", zone="Europe/London", organisation="Ashby Council")


def square(south: float, west: float, size: float) -> dict[str, object]:
    """Return a square as GeoJSON."""
    north, east = south + size, west + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_a_point_is_in_a_shape_and_in_none_of_its_holes() -> None:
    shape = square(0, 0, 10)
    hole = [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]]
    both = checked_shape({**shape, "coordinates": [*shape["coordinates"], hole]})  # type: ignore[misc]
    assert within((1, 9), both)
    assert not within((5, 5), both)
    assert not within((11, 5), both)
    assert distance_km((52.5, -1.9), (52.6, -1.9)) == pytest.approx(11.12, abs=0.01)


@pytest.mark.parametrize(
    "ring",
    [
        [[0, 0], [1, 0], [1, 1], [0, 1]],
        [[0, 0], [1, 0], [0, 0]],
        [[0, 0], [1, 1], [2, 2], [0, 0]],
        [[0, 0], [1, 0], [1, 91], [0, 0]],
        [[0, 0], [1, 0], [float("nan"), 1], [0, 0]],
        [[0, 0], [1, 0], ["1", 1], [0, 0]],
    ],
)
def test_a_ring_that_does_not_go_around_something_is_refused(ring: list[object]) -> None:
    with pytest.raises(ValueError, match=r"ring|position"):
        checked_shape({"type": "Polygon", "coordinates": [ring]})


def test_a_postcode_has_one_spelling() -> None:
    assert code_of(" hz1 4ab ") == "HZ14AB"
    assert outward_of("HZ14AB") == "HZ1"
    assert outward_of("77694") is None
    with pytest.raises(ValueError, match="postcode"):
        code_of("HZ1/4")


def test_an_area_finds_what_lies_in_it_and_in_its_parts(ashford: Quarter) -> None:
    api = ashford.council
    whole = ok(
        api.post("/v1/areas", json={"name": "Ashby", "names": {"de": "Eschdorf"}, "shape": square(52.5, -2, 0.1)})
    )
    centre = {"latitude": 52.75, "longitude": -2.0, "radius_km": 1}
    ok(api.post("/v1/areas", json={"name": "Old Mill", "part_of": whole["id"], **centre}))
    inside = place(ashford, "Inside hall", 52.55, -1.95)
    place(ashford, "Mill hall", 52.751, -2.0)
    place(ashford, "Elsewhere hall", 51.0, -1.95)
    service(ashford, "Named service", areas=["Eschdorf"])
    service(ashford, "Service inside", place_ids=[inside])
    expected = {"Inside hall", "Mill hall", "Named service", "Service inside"}
    for name in ("Ashby", "ASHBY", "eschdorf"):
        assert until(lambda name=name: set(names(search(api, area=name))) == expected)  # type: ignore[misc]
    assert names(search(api, area="Old Mill")) == ["Mill hall"]
    found = search(api, area="ashby")
    assert {one["value"]: (one["label"], one["count"]) for one in found["facets"]["area"]} == {
        "ashby": ("Ashby", 3), "old mill": ("Old Mill", 1),
    }  # fmt: skip
    assert found["hidden"]["area"] == search(api)["total"] - 4
    ok(api.patch(f"/v1/areas/{whole['id']}", json={"shape": square(50.9, -2, 0.2)}))
    assert until(lambda: set(names(search(api, area="Ashby"))) == {"Mill hall", "Named service", "Elsewhere hall"})


def test_areas_keep_their_rules(ashford: Quarter, hazelbrook: Quarter) -> None:
    api = ashford.council
    one = ok(api.post("/v1/areas", json={"name": f"One {uuid4().hex[:6]}", "shape": square(10, 10, 1)}))
    two = ok(
        api.post("/v1/areas", json={"name": f"Two {uuid4().hex[:6]}", "shape": square(10, 10, 1), "part_of": one["id"]})
    )
    problem(api.post("/v1/areas", json={"name": one["name"].upper(), "shape": square(1, 1, 1)}), 409, "area-exists")
    problem(api.patch(f"/v1/areas/{one['id']}", json={"part_of": two["id"]}), 422, "area-within-itself")
    problem(api.delete(f"/v1/areas/{one['id']}"), 409, "area-in-use")
    problem(api.post("/v1/areas", json={"name": "Nowhere"}), 422, "invalid-request")
    problem(api.post("/v1/areas", json={"name": "Half", "latitude": 1.0, "longitude": 2.0}), 422, "invalid-request")
    problem(api.patch(f"/v1/areas/{one['id']}", json={"name": None}), 422, "invalid-request")
    problem(api.patch(f"/v1/areas/{one['id']}", json={"name": "X"}, headers={"if-match": '"9"'}), 412, "stale-version")
    problem(hazelbrook.council.get(f"/v1/areas/{one['id']}"), 404, "not-found")
    reader = ashford.app(scopes=["directory:write"])
    problem(reader.post("/v1/areas", json={"name": "Mine", "shape": square(1, 1, 1)}), 403, "forbidden")
    assert ok(reader.get(f"/v1/areas/{two['id']}"))["part_of"] == one["id"]
    ok(api.delete(f"/v1/areas/{two['id']}"))
    ok(api.delete(f"/v1/areas/{one['id']}"))


def test_postcodes_are_loaded_line_by_line(town: Town, hazelbrook: Quarter) -> None:
    quarter = town.found("sedge", language="en", zone="Europe/London", organisation="Sedge Council")
    api = quarter.council
    problem(api.get("/v1/assets", params={"postcode": "SG1 1AA"}), 422, "unknown-postcode")
    sheet = (
        "\ufeffpostcode,latitude,longitude,area\r\nsg1 1aa,52.1,-1.1,Sedge End\r\nSG1 1AB,52.3,-1.3,\r\n"
        "77694,48.57,7.81,\nnonsense!,1,1,\nSG2 2BB,91,0,\nSG2 2BC,0,0,\nSG2 2BD,x,1,\nSG2 2BE,1\n"
    )
    done = ok(api.post("/v1/postcodes:load", content=sheet.encode(), headers={"content-type": "text/csv"}))
    assert (done["kept"], done["refused"]) == (3, 5)
    assert [one["line"] for one in done["lines"]] == [5, 6, 7, 8, 9]
    assert ok(api.get("/v1/postcodes/sg11aa")) == {"latitude": 52.1, "longitude": -1.1, "known_by": "postcode"}
    half = ok(api.get("/v1/postcodes/SG1"))
    assert (half["known_by"], half["latitude"]) == ("outward", pytest.approx(52.2))
    assert ok(api.get("/v1/postcodes/SG1 9ZZ"))["known_by"] == "outward"
    assert [one["code"] for one in ok(api.get("/v1/postcodes"))["items"]] == ["77694", "SG11AA", "SG11AB"]
    problem(hazelbrook.council.get("/v1/postcodes/SG11AA"), 422, "unknown-postcode")

    ok(api.post("/v1/places", json={"name": "Sedge hall", "address": {"postal_code": "SG1 1AA"}}))
    found = search(api, postcode="sg1 1aa", radius_km=1)
    assert names(found) == ["Sedge hall"]  # it has no coordinates: its postcode's count
    assert found["around"]["known_by"] == "postcode"
    assert names(search(api, area="sedge end")) == ["Sedge hall"]

    moved = "postcode,latitude,longitude\nSG1 1AA,40,-1.1\n"
    replaced = ok(api.post("/v1/postcodes:load?mode=replace", content=moved, headers={"content-type": "text/csv"}))
    assert (replaced["kept"], replaced["removed"]) == (1, 3)
    assert until(lambda: search(api, near="40,-1.1", radius_km=1)["total"] == 1)
    send = {"content": "code\n1", "headers": {"content-type": "text/csv"}}
    problem(api.post("/v1/postcodes:load?mode=replace", **send), 422, "invalid-request")  # type: ignore[arg-type]
    assert ok(api.get("/v1/postcodes/SG11AA"))["known_by"] == "postcode"
    problem(api.post("/v1/postcodes:load", json={}), 415, "unsupported-media-type")
    problem(
        api.post("/v1/postcodes:load", content=b"\xff\xfe", headers={"content-type": "text/csv"}),
        400,
        "malformed-request",
    )
    problem(quarter.app(scopes=["directory:write"]).post("/v1/postcodes:load", content=""), 403, "forbidden")


def test_a_long_list_is_loaded_in_one_go(town: Town) -> None:
    quarter = town.found("longlist", language="en", zone="Europe/London", organisation="Long Council")
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    codes = [f"LL{n // 4000} {n // 400 % 10}{letters[n // 20 % 20]}{letters[n % 20]}" for n in range(8_000)]
    lines = "".join(f"{code},52.1,{number / 1e5}\n" for number, code in enumerate(codes))
    began = time.monotonic()
    done = ok(quarter.council.post("/v1/postcodes:load", content="postcode,latitude,longitude\n" + lines,
                                   headers={"content-type": "text/csv"}))  # fmt: skip
    assert (done["kept"], done["refused"]) == (8_000, 0)
    assert time.monotonic() - began < 20
