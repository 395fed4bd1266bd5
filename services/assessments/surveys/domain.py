"""The rules of a survey: what is taken, and what of it may be read.

    Conflict
    └── SurveyClosed           it takes no responses: it is over, or has not begun
    Invalid
    ├── NotASurvey             the instrument is made for something else
    ├── ResponseIncomplete     required questions are unanswered; `errors` name them
    └── SurveysNotAlike        waves of different instruments do not stand side by side

A response is anonymous. Whoever reads the results after every response could see each one come in; so while a survey
is open its responses are read in batches of the threshold, and the last full batch waits for the next or for the end.
A question that few answer waits for as many batches as it takes: else a batch would show the one that answered it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from services.assessments.instruments.domain import Instrument, WrongAnswer, checked, missing
from services.kernel.problems import Conflict, FieldError, Invalid, pointer

Answers = Mapping[str, Any]
T = TypeVar("T")
U = TypeVar("U")


class SurveyClosed(Conflict):
    slug = "survey-closed"
    title = "This survey takes no responses now"


class NotASurvey(Invalid):
    slug = "not-a-survey"
    title = "This instrument is not made for surveys"


class ResponseIncomplete(Invalid):
    slug = "response-incomplete"
    title = "Required questions are not answered"


class SurveysNotAlike(Invalid):
    slug = "surveys-not-alike"
    title = "Only waves that ask the same questions stand side by side"


class SurveyLike(Protocol):
    """What decides whether a response is taken."""

    state: str
    opens: date | None
    closes: date | None


class ResponseLike(Protocol):
    """What decides whether a response may be read yet."""

    answers: dict[str, Any]
    organisation_id: UUID | None
    batch: int | None


def check_use(instrument: Instrument) -> None:
    """Raise NotASurvey unless the instrument is made for surveys."""
    if instrument.use != "survey":
        raise NotASurvey


def check_days(opens: date | None, closes: date | None) -> None:
    """Raise Invalid for a survey that would close before it opens."""
    if opens and closes and closes < opens:
        raise Invalid.field("/closes", "is before it opens")


def check_takes(survey: SurveyLike, day: date, *, today: date) -> None:
    """Raise SurveyClosed unless responses are taken on `day`, Invalid for a day that is still to come."""
    if day > today:
        raise Invalid.field("/day", "is still to come")
    if survey.state != "open" or (survey.closes and day > survey.closes):
        raise SurveyClosed("It is over.")
    if survey.opens and day < survey.opens:
        raise SurveyClosed("It has not begun.")


def checked_answers(instrument: Instrument, answers: Answers, *, at: Sequence[str | int] = ()) -> dict[str, Any]:
    """Return `answers` in the form they are kept in. Raises UnknownQuestion, WrongAnswer, ResponseIncomplete.

    `at` is where in the body the response stands.
    """
    errors: list[FieldError] = []
    kept = {}
    for key, value in answers.items():
        try:
            kept[key] = checked(instrument.question(key), value)
        except WrongAnswer as wrong:
            errors += [_moved(error, (*at, "answers", key)) for error in wrong.errors]
    if errors:
        raise WrongAnswer("Some answers do not fit their questions.", errors=errors)
    lacking = missing(instrument, kept)
    if lacking:
        places = [pointer((*at, "answers", *key.split("/"))) for key in lacking]
        raise ResponseIncomplete(errors=[FieldError(source="body", path=one, message="is missing") for one in places])
    return kept


def _moved(error: FieldError, place: Sequence[str | int]) -> FieldError:
    return FieldError(
        source=error.source, path=pointer(place) + error.path.removeprefix("/value"), message=error.message
    )


@dataclass(frozen=True, slots=True)
class Readable(Generic[T]):
    """What may be counted: what named organisations said, and what the others did, in the order of the full batches.

    Of a survey that is over there is one batch: all of them.
    """

    named: Sequence[T]
    batches: Sequence[Sequence[T]]
    over: bool
    threshold: int

    def each(self, made: Callable[[T], U]) -> "Readable[U]":
        """Return it with what `made` makes of each response."""
        batches = [[made(one) for one in batch] for batch in self.batches]
        return Readable([made(one) for one in self.named], batches, self.over, self.threshold)

    def where(self, wanted: Callable[[T], bool]) -> Sequence[T] | None:
        """Return the responses that are `wanted`, as far as they may be counted now; None when they are too few.

        Organisations that are named are no secret, and so do not make the anonymous ones more. While the survey is open
        the others come in groups of the threshold, each question's on its own, and the last group waits.
        """
        said = [[one for one in batch if wanted(one)] for batch in self.batches]
        unnamed = [one for batch in said for one in batch] if self.over else _grouped(said, self.threshold)
        if len(unnamed) < self.threshold and (unnamed or not self.over):
            return None
        return [*(one for one in self.named if wanted(one)), *unnamed]


def readable(responses: Iterable[ResponseLike], *, over: bool, threshold: int) -> Readable[Answers]:
    """Return what may be counted of all responses to a survey."""
    named: list[Answers] = []
    batches: defaultdict[int, list[Answers]] = defaultdict(list)
    for one in responses:
        (named if one.batch is None else batches[0 if over else one.batch]).append(one.answers)
    full = [batches[number] for number in sorted(batches) if over or len(batches[number]) >= threshold]
    return Readable(named, full, over, threshold)


def _grouped(batches: Iterable[Sequence[T]], threshold: int) -> list[T]:
    """Return what is in all groups but the last: whole batches, joined until a group is of enough people."""
    groups: list[list[T]] = []
    waiting: list[T] = []
    for batch in batches:
        waiting += batch
        if len(waiting) >= threshold:
            groups.append(waiting)
            waiting = []
    return [one for group in groups[:-1] for one in group]


def percent(count: int, of: int) -> int:
    """Return the share of `count` in whole percent, a half to the even neighbour: a table may sum to 99 or 101.

    Printed tables are made like that: with halves rounded up, no 120 answers give those that a test reproduces.
    """
    return round(Fraction(100 * count, of)) if of else 0
