"""What a reader of the feed may ask for, as it stands in the address.

The profile knows one answer, 200, so whatever its types allow is answered: a page that cannot be is the nearest that
can, and a text that nothing can fit (a day that is none, an id of nobody's, an unreadable distance) finds nothing.
What is outside its types, such as `page=abc`, is refused. An empty value is as if it were not there.
"""

import re
from datetime import UTC, datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from services.directory.open_referral.domain import weekday
from services.directory.open_referral.operations import Detail, Slice
from services.directory.open_referral.repository import Wanted

MOST, MOST_FULL, USUAL = 5000, 1000, 1000
_LAST_PAGE = 1_000_000_000
_MOST_WORDS, _LONGEST_TEXT = 20, 1000
_WHOLE = re.compile(r"([+ -]?)0*([0-9]+)(\.0*)?")
_NUMBER = re.compile(r"[+ -]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+ -]?[0-9]{1,9})?")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d|60)(?:\.\d+)?)?(?:[Zz]|[+ -]([01]\d|2[0-3]):?[0-5]\d)?")
_LOST_PLUS = re.compile(r" (?=\d\d:?\d\d$)")
_DIGITS_OF_AN_INTEGER = 18


def _whole(text: Any) -> int:
    found = _WHOLE.fullmatch(str(text).strip() if isinstance(text, str) else str(text))
    if found is None:
        raise ValueError("is not a whole number")
    size = int(found[2]) if len(found[2]) <= _DIGITS_OF_AN_INTEGER else 10**_DIGITS_OF_AN_INTEGER
    return -size if found[1] == "-" else size


def _page(text: Any) -> int:
    return min(max(_whole(text), 1), _LAST_PAGE)


def _number(text: Any) -> float:
    """Read a number as JSON writes it, or nearly; one beyond all bounds is infinite. Raises ValueError."""
    if not isinstance(text, str) or not _NUMBER.fullmatch(text.strip()):
        raise ValueError("is not a number")
    return float(text.replace(" ", ""))


def _clock(text: Any) -> time:
    """Read a time of day; its zone says nothing, for what opens at nine opens at nine where it is."""
    found = _CLOCK.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError("is not a time of day such as 09:30 or 09:30:00Z")
    return time(int(found[1]), int(found[2]), min(int(found[3] or 0), 59))


def _moment(text: Any) -> datetime:
    """Read a moment; one without a zone is in UTC, and a plus sign that the address has turned into a space is one."""
    try:
        moment = datetime.fromisoformat(_LOST_PLUS.sub("+", str(text)).upper())
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if "9999" in str(text) else datetime.min.replace(tzinfo=UTC)
    except ValueError:
        raise ValueError("is not a moment such as 2026-11-28T10:00:00Z") from None


def _readable(text: str) -> str:
    """Return a text that the database can be asked for: it knows no NUL, so none of its texts has one."""
    return text[:_LONGEST_TEXT].replace("\x00", "\ufffd")


Text = Annotated[str, AfterValidator(_readable)]
Page = Annotated[int, BeforeValidator(_page)]
Number = Annotated[float, BeforeValidator(_number)]
Clock = Annotated[time, BeforeValidator(_clock)]
Since = Annotated[datetime, BeforeValidator(_moment)]


class Paged(BaseModel):
    """Which page, and how much on it; of `full` things fewer go on one."""

    page: Page = 1
    per_page: Page = USUAL
    minimal: bool = False
    full: bool = False
    format: Literal["json", "ndjson"] = "json"

    @model_validator(mode="before")
    @classmethod
    def _without_the_empty(cls, asked: Any) -> Any:
        return {name: value for name, value in asked.items() if value != ""} if isinstance(asked, dict) else asked

    @property
    def detail(self) -> Detail:
        """Return how much of each thing is wanted."""
        return "minimal" if self.minimal else "full" if self.full else "brief"

    def cut(self) -> Slice:
        """Return the page that is wanted."""
        return Slice(self.page, min(self.per_page, MOST_FULL if self.detail == "full" else MOST), self.detail)


class Searched(Paged):
    """A list that can be searched for words."""

    search: Text = ""

    def words(self) -> tuple[str, ...]:
        """Return the words that must all be there."""
        return tuple(self.search.lower().split()[:_MOST_WORDS])


class AskedTerms(Searched):
    """Terms, of one taxonomy or of all."""

    taxonomy_id: Text = ""


class Asked(Searched):
    """Services, by everything that the profile filters by."""

    taxonomy_term_id: Text = ""
    taxonomy_id: Text = ""
    organization_id: Text = ""
    minimum_age: Number | None = None
    maximum_age: Number | None = None
    day: Text = ""
    start_time: Clock | None = None
    end_time: Clock | None = None
    modified_after: Since | None = None

    def wanted(self) -> Wanted:
        """Return the filters; a day that is none and an id that cannot be one of ours find nothing."""
        organisation, day = identity(self.organization_id), weekday(self.day)
        return Wanted(
            words=self.words(), term=_lower(self.taxonomy_term_id), taxonomy=_lower(self.taxonomy_id),
            organisation=organisation, minimum_age=self.minimum_age, maximum_age=self.maximum_age, day=day,
            starts=self.start_time, ends=self.end_time, modified_after=self.modified_after,
            nowhere=bool(self.organization_id and organisation is None) or bool(self.day and day is None),
        )  # fmt: skip


class AskedPlaces(Asked):
    """Services at places, by where they are as well."""

    postcode: Text = ""
    latitude: Annotated[Number, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[Number, Field(ge=-180, le=180)] | None = None
    proximity: Text = ""

    def metres(self) -> float | None:
        """Return how far away a place may be, or None when nothing was said. Raises ValueError when nobody can tell."""
        return _number(self.proximity) if self.proximity else None


def identity(text: str) -> UUID | None:
    """Return the id that a text is, or None."""
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def _lower(text: str) -> str | None:
    found = identity(text)
    return str(found) if found else text or None
