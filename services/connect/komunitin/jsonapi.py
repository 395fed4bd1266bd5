"""JSON:API 1.0 as Komunitin speaks it: what a request asks, and the documents that answer.

A `Shape` is one resource, with what it is filtered by and how to come to its neighbours. A collection is filtered,
ordered and cut to a page here; the cursor says after which resource to go on, so that nothing is shown twice or left
out when something else has come or gone in between.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from operator import ge, gt, le, lt
from typing import Any, Generic, NoReturn, Protocol, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from services.connect.komunitin.domain import metres, moment_of, stamp
from services.kernel.paging import decode, encode
from services.kernel.problems import FieldError, Invalid, Malformed

MEDIA_TYPE = "application/vnd.api+json"
USUAL, MOST = 20, 200
_LONGEST, _LONGEST_SEARCH = 10_000, 200
_MANY = 20
_PARAMETER = re.compile(r"(filter|page|fields)((?:\[[^\[\]]{1,60}\]){1,2})")
_HOLDS: Mapping[str, Callable[[str, str], bool]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}
_NEAR = "location"
"""To order by it is to order by the distance from `geo-position`: Komunitin's app asks so for all that it lists."""
_MOMENTS = ("created", "updated", "expires")
Pairs = Iterable[tuple[str, str]]
Related = Callable[[], "Iterable[Shape]"]


@dataclass(frozen=True, slots=True)
class Shape:
    """One resource object; `facts` are what it is filtered by, `related` its neighbours by name."""

    body: Mapping[str, Any]
    facts: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    related: Mapping[str, Related] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """Return type and id, which name a resource within a document."""
        return self.body["type"], self.body["id"]

    def value(self, name: str) -> Any:
        """Return an attribute."""
        return self.body["attributes"].get(name)


class Brief(Protocol):
    """A resource that is chosen, ordered and cut by before it is made; `place` is longitude and latitude."""

    @property
    def key(self) -> UUID: ...
    @property
    def place(self) -> tuple[float, float] | None: ...
    @property
    def fact(self) -> Callable[[str], Any]: ...
    @property
    def make(self) -> Callable[[], Shape]: ...


Found = TypeVar("Found", bound=Brief)


@dataclass(frozen=True, slots=True)
class Paged(Generic[Found]):
    """One page of a collection, the cursor of the next, and how many there are in all."""

    briefs: Sequence[Found]
    following: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be asked of one kind of resource. The first of `sort` is the order without one."""

    include: frozenset[str] = frozenset()
    filter: frozenset[str] = frozenset()
    sort: tuple[str, ...] = ("created", "updated", "code")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A limit on a time: `created` after (`gt`) some moment."""

    name: str
    operator: str
    moment: str

    def holds(self, brief: Brief) -> bool:
        """Say whether a resource lies within; what never expires does so after any time."""
        value: str | None = brief.fact(self.name)
        return self.operator in ("gt", "gte") if value is None else _HOLDS[self.operator](value, self.moment)


@dataclass(frozen=True, slots=True)
class Query:
    """What a request asks."""

    include: tuple[str, ...] = ()
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    comparisons: tuple[Comparison, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    size: int = USUAL
    after: str | None = None
    near: tuple[float, float] | None = None

    def touches(self, *names: str) -> bool:
        """Say whether a neighbour of one of these names is to be included."""
        return any(part in names for path in self.include for part in path.split("."))


def refuse(parameter: str, message: str) -> NoReturn:
    """Raise Malformed: this parameter cannot be read as it stands."""
    raise Malformed(f"{parameter} {message}", errors=[FieldError(source="query", path=parameter, message=message)])


def asked(pairs: Pairs, allowed: Allowed) -> Query:
    """Read a request's parameters. Raises Malformed for what is not known here.

    Parameters that JSON:API does not define (`lang`, …) are passed over.
    """
    said: dict[str, str] = {}
    for name, value in pairs:
        if len(value) > (_LONGEST_SEARCH if name == "filter[search]" else _LONGEST):
            refuse(name, "is too long")
        said[name] = f"{said[name]},{value}" if name in said else value
    families = {family: _family(said, family) for family in ("filter", "page", "fields")}
    filters, comparisons = _filters(families["filter"], allowed)
    size, after = _page(families["page"])
    return Query(
        include=_included(said.get("include", ""), allowed),
        fields={name: frozenset(value.split(",")) for name, value in families["fields"].items()},
        filters=filters, comparisons=comparisons, sort=_sorted(said.get("sort", ""), allowed), size=size, after=after,
        near=_position(said.get("geo-position")),
    )  # fmt: skip


def _family(said: Mapping[str, str], family: str) -> dict[str, str]:
    found = {}
    for name, value in said.items():
        if name == family or name.startswith(family + "["):
            if not (match := _PARAMETER.fullmatch(name)):
                refuse(name, "is not known here")
            found[match[2][1:-1].replace("][", ".")] = value
    return found


def _included(text: str, allowed: Allowed) -> tuple[str, ...]:
    paths = tuple(dict.fromkeys(path.strip() for path in text.split(",") if path.strip()))
    for path in paths:
        if path not in allowed.include:
            refuse("include", "names a relationship that cannot be included")
    return paths


def _sorted(text: str, allowed: Allowed) -> tuple[tuple[str, bool], ...]:
    order = [(part.strip().removeprefix("-"), part.strip().startswith("-")) for part in text.split(",") if part.strip()]
    for name, _ in order:
        if name not in allowed.sort:
            refuse("sort", f"is by one of {', '.join(allowed.sort)}")
    return tuple(order[:_MANY]) or ((allowed.sort[0], False),)


def _position(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        longitude, latitude = (float(part) for part in text.split(","))
    except ValueError:
        refuse("geo-position", "must be a longitude and a latitude with a comma between")
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        refuse("geo-position", "must be degrees: a longitude, then a latitude")
    return longitude, latitude


def _page(said: Mapping[str, str]) -> tuple[int, str | None]:
    if unknown := set(said) - {"size", "after"}:
        refuse(f"page[{min(unknown)}]", "is not known here")
    size = said.get("size", str(USUAL))
    if not (size.isascii() and size.isdigit() and len(size) < 6 and int(size) > 0):
        refuse("page[size]", "must be a number above zero")
    after = said.get("after") or None
    return min(int(size), MOST), None if after == "0" else after  # some of the network's count, and begin with 0


def _filters(said: Mapping[str, str], allowed: Allowed) -> tuple[dict[str, tuple[str, ...]], tuple[Comparison, ...]]:
    filters, comparisons = {}, []
    for name, value in said.items():
        main, _, operator = name.partition(".")
        main = "expires" if main == "expire" else main
        if operator or main in ("from", "to"):
            comparisons.append(_comparison(main, operator, value, allowed))
        elif main not in allowed.filter:
            refuse(f"filter[{main}]", "is not known here")
        else:
            filters[main] = (value,) if main == "search" else tuple(one.strip() for one in value.split(","))
    return filters, tuple(comparisons)


def _comparison(name: str, operator: str, value: str, allowed: Allowed) -> Comparison:
    if name in ("from", "to") and name in allowed.filter and not operator:
        named, operator = "created", {"from": "gte", "to": "lte"}[name]
    elif name in _MOMENTS and operator in _HOLDS:
        named = name
    else:
        refuse(f"filter[{name}]" + (f"[{operator}]" if operator else ""), "is not known here")
    try:
        return Comparison(named, operator, stamp(moment_of(value)))
    except (ValueError, OverflowError):
        refuse(f"filter[{name}]", "must be a time such as 2026-11-23T10:00:00Z")


# --- choosing, ordering, cutting ------------------------------------------------------------------------------------


def chosen(briefs: Iterable[Found], query: Query) -> list[Found]:
    """Return those that the filters let through, in the order asked for; the id decides between equals."""
    found = [one for one in briefs if _passes(one, query)]
    found.sort(key=lambda one: one.key.int, reverse=query.sort[0][1])
    for name, down in reversed(query.sort):
        found.sort(key=partial(_ranked, query, name, down), reverse=down)
    return found


def _ranked(query: Query, name: str, down: bool, brief: Brief) -> tuple[bool, Any]:
    value = _value(brief, name, query)
    return (value is not None if down else value is None, "" if value is None else value)


def _passes(brief: Brief, query: Query) -> bool:
    if not all(limit.holds(brief) for limit in query.comparisons):
        return False
    return all(_matches(brief, name, values) for name, values in query.filters.items())


def _matches(brief: Brief, name: str, values: Sequence[str]) -> bool:
    fact = brief.fact(name)
    if name == "search":
        text = str(fact or "").casefold()
        return all(word in text for word in values[0].casefold().split())
    facts = {one.casefold() for one in (fact if isinstance(fact, tuple) else () if fact is None else (str(fact),))}
    return any(value.casefold() in facts for value in values)


def _value(brief: Brief, name: str, query: Query) -> Any:
    if name != _NEAR:
        return brief.fact(name)
    return None if brief.place is None or query.near is None else metres(brief.place, query.near)


def _place(brief: Brief, query: Query) -> list[Any]:
    return [*(_value(brief, name, query) for name, _ in query.sort), str(brief.key)]


def _compare(one: Sequence[Any], other: Sequence[Any], query: Query) -> int:
    for mine, theirs, down in zip(one, other, (*(down for _, down in query.sort), query.sort[0][1]), strict=True):
        if mine == theirs:
            continue
        if mine is None or theirs is None:
            return 1 if mine is None else -1
        return (1 if mine > theirs else -1) * (-1 if down else 1)
    return 0


def cut(briefs: Sequence[Found], query: Query) -> tuple[Sequence[Found], str | None]:
    """Return one page and the cursor of the next, if there is one. Raises Malformed for a cursor that is none of ours.

    A cursor belongs to its order: with another `sort` it means nothing.
    """
    begins = 0
    if query.after is not None:
        last = _behind(query)
        begins = bisect_right(briefs, 0, key=lambda one: _compare(_place(one, query), last, query))
    page = briefs[begins : begins + query.size]
    more = begins + query.size < len(briefs)
    return page, encode(_order(query), *_place(page[-1], query)) if more else None


def _order(query: Query) -> str:
    return ",".join(("-" if down else "") + name for name, down in query.sort)


def _behind(query: Query) -> list[Any]:
    try:
        order, *place = decode(query.after or "", *([_plain] * (len(query.sort) + 2)))
    except Invalid:
        refuse("page[after]", "is not a cursor of this collection")
    kinds = [type(one) for one in place]
    numbers = ("balance", "creditLimit", "maximumBalance", "amount", _NEAR)
    fitting = [
        kind is type(None) or (kind is int) == (name in numbers)
        for (name, _), kind in zip(query.sort, kinds, strict=False)
    ]
    if order != _order(query) or not all(fitting) or kinds[-1] is not str:
        refuse("page[after]", "is not a cursor of this collection")
    return place


def _plain(part: Any) -> Any:
    if isinstance(part, bool) or not (part is None or isinstance(part, int | str)):
        raise ValueError
    return part


# --- documents ------------------------------------------------------------------------------------------------------


def single(shape: Shape, query: Query, *, address: str) -> dict[str, Any]:
    """Return the document of one resource."""
    return {"links": {"self": address}, "data": _shown(shape, query), **_compound([shape], query)}


def paged(briefs: Iterable[Found], query: Query) -> Paged[Found]:
    """Return the page of `briefs` that is asked for. Raises Malformed for a cursor that is none of theirs."""
    found = chosen(briefs, query)
    return Paged(*cut(found, query), len(found))


def collection(page: Paged[Any], query: Query, *, address: str, pairs: Pairs) -> dict[str, Any]:
    """Return the document of a page; `address` is where the collection is, `pairs` what was asked there."""
    kept = [(name, value) for name, value in pairs if name not in ("page[after]", "page[size]")]

    def at(cursor: str | None) -> str:
        paged = [*kept, ("page[size]", str(query.size)), *([("page[after]", cursor)] if cursor else [])]
        return f"{address}?{urlencode(paged)}"

    following = at(page.following) if page.following else None
    links = {"self": at(query.after), "first": at(None), "prev": None, "next": following}
    shapes = [one.make() for one in page.briefs]
    data = [_shown(one, query) for one in shapes]
    return {"links": links, "meta": {"count": page.count}, "data": data, **_compound(shapes, query)}


def _shown(shape: Shape, query: Query) -> Mapping[str, Any]:
    wanted = query.fields.get(shape.body["type"])
    if wanted is None:
        return shape.body
    told = {part: {name: value for name, value in shape.body.get(part, {}).items() if name in wanted}
            for part in ("attributes", "relationships")}  # fmt: skip
    return {**shape.body, **{part: some for part, some in told.items() if some or part == "attributes"}}


def _compound(primary: Sequence[Shape], query: Query) -> dict[str, Any]:
    """Return what is to be included, each resource once and none that stands in the data already."""
    if not query.include:
        return {}
    present = {one.key for one in primary}
    found: dict[tuple[str, str], Shape] = {}
    for path in query.include:
        reached: Iterable[Shape] = primary
        for name in path.split("."):
            unique = {one.key: one for shape in reached for one in shape.related.get(name, tuple)()}
            reached = unique.values()
            found |= {key: one for key, one in unique.items() if key not in present}
    return {"included": [_shown(one, query) for one in found.values()]}


def as_moment(value: datetime | None) -> str | None:
    """Return a time as it is written, or nothing."""
    return None if value is None else stamp(value)
