"""What a need or an offer looks like to everybody: a profile by the Murmurations schema `offers_wants_schema-v0.1.0`.

Only released words are in it. A person's profile says neither where nor who: whoever wants to answer is led to the
organisation that holds it. An organisation's own may say where, as coarse as it is kept, and its website.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from dateutil.relativedelta import relativedelta

SCHEMA = "offers_wants_schema-v0.1.0"
_SITE = re.compile(r"https?://[^\s<>\"']{1,500}")
_GROWN_UP = 18
_BEHIND_UTC = timedelta(hours=12)
Profile = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """A need or an offer with its released words alone; the point is its own, not its owner's."""

    kind: Literal["need", "offer"]
    id: UUID
    updated_at: datetime
    participant_id: UUID | None
    held_by: UUID
    title: str
    released_text: str | None
    language: str
    category: str | None
    concepts: Sequence[str]
    latitude: float | None
    longitude: float | None
    cost: int | None
    exchange: str
    expires_at: datetime | None

    @property
    def words(self) -> tuple[str, str]:
        """Return title and description; where nothing else was released, the title is both."""
        return self.title, self.released_text or self.title


def is_under_age(born_on: date | None, *, now: datetime) -> bool:
    """Say whether somebody is known to be under 18: until her birthday has begun in every time zone."""
    return born_on is not None and (now - _BEHIND_UTC).date() < born_on + relativedelta(years=_GROWN_UP)


def website(said: str | None) -> str | None:
    """Return an organisation's website if it is an address that a browser opens."""
    return said if said is not None and _SITE.fullmatch(said) else None


def profile(one: Listed, *, tags: Sequence[str], contact: str, site: str | None) -> Profile:
    """Return the profile of a listing. `contact` leads to its organisation, `site` is that one's own website."""
    title, description = one.words
    made: Profile = {
        "linked_schemas": [SCHEMA],
        "exchange_type": "offer" if one.kind == "offer" else "want",
        "item_type": "service",
        "transaction_type": ["receive-donate" if one.exchange == "gift" and not one.cost else "buy-sell"],
        "tags": list(dict.fromkeys(tags)),
        "title": title,
        "description": description,
        "geographic_scope": "local",
        "contact_details": {"contact_form": contact},
    }
    if one.expires_at is not None:
        made["expires_at"] = int(one.expires_at.timestamp())
    return made if one.participant_id is not None else made | _of_an_organisation(one, site)


def _of_an_organisation(one: Listed, site: str | None) -> Profile:
    told: Profile = {} if site is None else {"details_url": site}
    if one.latitude is not None and one.longitude is not None:
        told["geolocation"] = {"lat": one.latitude, "lon": one.longitude}
    return told


def entry(one: Listed, address: str) -> Profile:
    """Return what stands in the index about a profile at `address`."""
    return {
        "profile_url": address,
        "linked_schemas": [SCHEMA],
        "exchange_type": "offer" if one.kind == "offer" else "want",
        "last_updated": int(one.updated_at.timestamp()),
    }
