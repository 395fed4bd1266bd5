"""From our rows to the engine's records."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from services.matching.engine import Conditions, Listing, Person, Window
from services.matching.models import Need, Offer
from services.matching.models import Person as PersonRow
from services.vocabulary import label
from services.vocabulary.concepts import concepts


def as_listing(row: Need | Offer, person: PersonRow | None) -> Listing:
    """Return the engine's record of a row, with its owner's facts wherever it states none itself."""
    listing = Listing(
        id=str(row.id),
        kind="need" if isinstance(row, Need) else "offer",
        owner=str(row.owner),
        owner_kind="organisation" if row.participant_id is None else "participant",
        title=row.title,
        text=" ".join(filter(None, (row.text, row.released_text, *_confirmed(row)))),
        language=row.language,
        category=row.category,
        place=_place(row.latitude, row.longitude),
        reach_km=row.reach_km,
        means=frozenset(row.means),
        languages=frozenset(row.languages),
        interpreter=row.interpreter,
        windows=_windows(row.availability),
        busy=_windows(row.busy),
        minutes=row.minutes,
        capacity_left=row.capacity - row.taken,
        cost=row.cost,
        settings=frozenset(row.settings),
        conditions=_conditions(row.conditions),
        exchange="credit" if row.exchange == "credit" else "gift",
        expires_at=row.expires_at,
    )
    return listing if person is None else listing.filled(as_person(person))


def _confirmed(row: Need | Offer) -> Iterator[str]:
    """Yield what the concepts are called that somebody has confirmed: read with its own words, they are sure."""
    return (label(one, row.language) for one in row.concepts if one in concepts())


def as_person(row: PersonRow) -> Person:
    """Return the engine's record of a person."""
    return Person(
        id=str(row.id),
        languages=frozenset(row.languages),
        place=_place(row.latitude, row.longitude),
        travel=frozenset(row.travel),
        reach_km=row.reach_km,
        availability=_windows(row.availability),
        busy=_windows(row.busy),
        gender=row.gender,
        born=row.born_on,
        guardian=row.guardian_agreed,
        checks={kind: date.fromisoformat(until) for kind, until in row.checks.items()},
    )


def _conditions(kept: Mapping[str, Any]) -> Conditions:
    return Conditions(kept.get("gender"), kept.get("grown_up", False), frozenset(kept.get("checks", ())))


def _place(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    return None if latitude is None or longitude is None else (latitude, longitude)


def _windows(kept: Iterable[Mapping[str, Any]]) -> tuple[Window, ...]:
    return tuple(
        Window(datetime.fromisoformat(one["starts"]), one["minutes"], one["time_zone"], one.get("rule")) for one in kept
    )
