"""What a reader of the feed may ask for, as it stands in the address."""

import re
from datetime import UTC, datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from services.directory.open_referral import domain
from services.directory.open_referral.operations import Detail, Slice
from services.directory.open_referral.repository import Wanted

MOST, MOST_FULL, USUAL = 5000, 1000, 1000
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?")
_LOST_PLUS = re.compile(r" (?=\d\d:?\d\d$)")
_MOST_WORDS = 20


def _clock(text: Any) -> time:
    if not isinstance(text, str) or not _CLOCK.fullmatch(text):
        raise ValueError("is not a time of day such as 09:30")
    return time.fromisoformat(text)


def _moment(text: Any) -> datetime:
    """Read a moment; one without a zone is in UTC, and a plus sign that the address has turned into a space is one."""
    try:
        moment = datetime.fromisoformat(_LOST_PLUS.sub("+", str(text)).upper())
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if "9999" in str(text) else datetime.min.replace(tzinfo=UTC)
    except ValueError:
        raise ValueError("is not a moment such as 2026-11-28T10:00:00Z") from None


Name = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Clock = Annotated[time, BeforeValidator(_clock)]
Day = Annotated[Name, AfterValidator(domain.weekday)]
Since = Annotated[datetime, BeforeValidator(_moment)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Paged(BaseModel):
    """Which page, and how much on it; of `full` things fewer go on one."""

    page: Annotated[int, Field(ge=1, le=1_000_000_000)] = 1
    per_page: Annotated[int, Field(ge=1, le=1_000_000_000)] = USUAL
    minimal: bool = False
    full: bool = False
    format: Literal["json", "ndjson"] = "json"

    @property
    def detail(self) -> Detail:
        """Return how much of each thing is wanted."""
        return "minimal" if self.minimal else "full" if self.full else "brief"

    def cut(self) -> Slice:
        """Return the page that is wanted."""
        return Slice(self.page, min(self.per_page, MOST_FULL if self.detail == "full" else MOST), self.detail)


class Searched(Paged):
    """A list that can be searched for words."""

    search: Name = ""

    def words(self) -> tuple[str, ...]:
        """Return the words that must all be there."""
        return tuple(self.search.lower().split()[:_MOST_WORDS])


class AskedTerms(Searched):
    """Terms, of one taxonomy or of all."""

    taxonomy_id: Name = ""


class Asked(Searched):
    """Services, by everything that the profile filters by."""

    taxonomy_term_id: Name = ""
    taxonomy_id: Name = ""
    organization_id: Name = ""
    minimum_age: Annotated[Number, Field(ge=0, le=150)] | None = None
    maximum_age: Annotated[Number, Field(ge=0, le=150)] | None = None
    day: Day | None = None
    start_time: Clock | None = None
    end_time: Clock | None = None
    modified_after: Since | None = None

    def wanted(self) -> Wanted:
        """Return the filters; an id that cannot be one of ours finds nothing."""
        organisation = identity(self.organization_id) if self.organization_id else None
        return Wanted(
            words=self.words(), term=_lower(self.taxonomy_term_id), taxonomy=_lower(self.taxonomy_id),
            organisation=organisation, minimum_age=self.minimum_age, maximum_age=self.maximum_age, day=self.day,
            starts=self.start_time, ends=self.end_time, modified_after=self.modified_after,
            nowhere=bool(self.organization_id) and organisation is None,
        )  # fmt: skip


class AskedPlaces(Asked):
    """Services at places, by where they are as well."""

    postcode: Name = ""
    latitude: Annotated[Number, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[Number, Field(ge=-180, le=180)] | None = None
    proximity: Annotated[Number, Field(ge=0, le=50_000_000)] | None = None


def identity(text: str) -> UUID | None:
    """Return the id that a text is, or None."""
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def _lower(text: str) -> str | None:
    found = identity(text)
    return str(found) if found else text or None
