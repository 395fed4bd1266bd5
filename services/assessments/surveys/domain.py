"""The rules of a survey: what is taken, and what of it may be read.

    Conflict
    └── SurveyClosed           it takes no responses: it is over, or has not begun
    Invalid
    ├── NotASurvey             the instrument is made for something else
    ├── ResponseIncomplete     required questions are unanswered; `errors` name them
    └── SurveysNotAlike        waves of different instruments do not stand side by side

A response is anonymous. Whoever reads the results after every response could see each one come in; so while a survey
is open its responses are read in batches of the threshold, and the last full batch waits for the next or for the end.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Protocol
from uuid import UUID

from services.assessments.instruments.domain import Instrument, WrongAnswer, checked, missing
from services.kernel.problems import Conflict, FieldError, Invalid, pointer

Answers = Mapping[str, Any]


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


def readable(responses: Iterable[ResponseLike], *, over: bool, threshold: int) -> Sequence[Answers] | None:
    """Return the answers that may be counted now; None when they are of too few people.

    Organisations that are named are no secret, and so do not make the anonymous ones more.
    """
    every = list(responses)
    named = [one for one in every if one.batch is None]
    unnamed = [one for one in every if one.batch is not None]
    if not over:
        unnamed = _settled(unnamed, threshold)
    if len(unnamed) < threshold and (unnamed or not (named and over)):
        return None
    return [one.answers for one in (*named, *unnamed)]


def _settled(unnamed: Sequence[ResponseLike], threshold: int) -> list[ResponseLike]:
    """Return the responses of all full batches but the last."""
    sizes = Counter(one.batch for one in unnamed)
    full = sorted(batch for batch, size in sizes.items() if batch is not None and size >= threshold)[:-1]
    return [one for one in unnamed if one.batch in full]


def percent(count: int, of: int) -> int:
    """Return the share of `count` in whole percent, a half to the even neighbour: a table may sum to 99 or 101.

    Printed tables are made like that: with halves rounded up, no 120 answers give those that a test reproduces.
    """
    return round(Fraction(100 * count, of)) if of else 0
