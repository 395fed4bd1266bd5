"""Bodies about surveys, responses and results."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.assessments.instruments.domain import Instrument, Question
from services.assessments.models import Survey
from services.assessments.one_to_one.schemas import unset
from services.assessments.surveys.operations import Given, Read
from services.assessments.surveys.results import Choice, Found, Scored
from services.kernel.fields import Body, Day, ExternalIds, Language, Line
from services.vocabulary import label

RespondentKind = Literal["citizen", "staff", "councillor", "organisation", "other"]
ROUNDING = (
    "Shares are whole percents of those who answered; a half goes to the even neighbour. They may sum to 99 or 101."
)
TOO_FEW = "Too few people have answered for this to be shown."
_Id = Annotated[str, Field(min_length=1, max_length=100)]
Answers = Annotated[dict[_Id, Any], Field(max_length=500, examples=[{"s1": "agree", "s2": "not_sure"}])]


class PlanSurvey(Body):
    """One wave: `instrument_id` is of the use survey, `wave` tells it from others with the same questions."""

    instrument_id: UUID
    title: Line = Field(examples=["What do you think of co-production?"])
    wave: Line | None = Field(default=None, examples=["January"])
    opens: Day | None = None
    closes: Day | None = None
    area: Line | None = None
    languages: Annotated[list[Language], Field(max_length=50)] = []
    external_ids: ExternalIds = []


class ChangeSurvey(Body):
    title: Line = Field(default_factory=unset)
    wave: Line | None = None
    opens: Day | None = None
    closes: Day | None = None
    area: Line | None = None
    languages: Annotated[list[Language], Field(max_length=50)] = Field(default_factory=unset)
    external_ids: ExternalIds = Field(default_factory=unset)


class SurveyPublic(BaseModel):
    id: UUID
    instrument_id: UUID
    title: str
    wave: str | None
    opens: date | None
    closes: date | None
    area: str | None
    languages: list[str]
    held_by: UUID
    state: Literal["open", "closed"]
    external_ids: list[dict[str, str]]
    created_at: datetime
    updated_at: datetime
    version: int


class Respond(Body):
    """Who answers stays unknown. `client_id` is a random number by which a response delivered twice counts once.

    Only an organisation that wants to be known gives its `organisation_id`.
    """

    client_id: UUID
    language: Language
    answers: Answers
    respondent_kind: RespondentKind | None = None
    organisation_id: UUID | None = None

    def given(self) -> Given:
        """Return the response as it is delivered."""
        return Given(**{name: getattr(self, name) for name in type(self).model_fields})


class Paper(Respond):
    """A response that was given earlier, on paper: `day` is when."""

    day: Day | None = None


class ImportResponses(Body):
    responses: Annotated[list[Paper], Field(min_length=1, max_length=1000)]


class Taken(BaseModel):
    """What became of a response: taken, or known from an earlier delivery. Nothing else is told of it."""

    survey_id: UUID
    client_id: UUID
    state: Literal["taken", "known"]


class Imported(BaseModel):
    survey_id: UUID
    taken: int
    known: int


class NamedResponse(BaseModel):
    """The response of an organisation that names itself."""

    id: UUID
    organisation_id: UUID
    language: str
    respondent_kind: str | None
    day: date
    answers: dict[str, Any]


class AssetAnswers(BaseModel):
    """What one response said for the directory: for our own services. Who gave it is not told beyond that."""

    response_id: UUID
    survey_id: UUID
    held_by: UUID
    answers: dict[str, Any]


class ChoicePublic(BaseModel):
    key: str
    label: str
    count: int
    percent: int


class QuestionResult(BaseModel):
    """`n` answered it. `texts` are there for the holder alone, shuffled, apart from every other answer."""

    id: str
    type: str
    text: str
    n: int | None
    withheld: bool
    choices: list[ChoicePublic]
    mean: float | None
    texts: list[str] | None


class ValueCount(BaseModel):
    value: float
    count: int


class ScoreResult(BaseModel):
    key: str
    text: str
    n: int | None
    mean: float | None
    spread: list[ValueCount]


class SurveyResults(BaseModel):
    """`withheld` when too few have answered. Of an open survey the latest responses are not counted yet."""

    survey: SurveyPublic
    responses: int | None
    withheld: bool
    questions: list[QuestionResult]
    scores: list[ScoreResult]
    note: str


class WaveHead(BaseModel):
    id: UUID
    title: str
    wave: str | None
    responses: int | None
    withheld: bool


class WaveShare(BaseModel):
    """What one wave says of a choice; nothing when it is withheld there."""

    count: int | None
    percent: int | None


class ComparedChoice(BaseModel):
    key: str
    label: str
    waves: list[WaveShare]


class ComparedQuestion(BaseModel):
    id: str
    type: str
    text: str
    n: list[int | None]
    mean: list[float | None]
    choices: list[ComparedChoice]


class Comparison(BaseModel):
    """Several waves; the lists of each question stand in the order of `waves`."""

    instrument_id: UUID
    waves: list[WaveHead]
    questions: list[ComparedQuestion]
    note: str


def _ids(text: str) -> list[UUID]:
    found = [UUID(part.strip()) for part in text.split(",")]
    if len(set(found)) != len(found) or not 1 <= len(found) <= 12:
        raise ValueError("names up to 12 surveys, each once")
    return found


WaveIds = Annotated[str, Field(max_length=600), AfterValidator(lambda text: ",".join(map(str, _ids(text))))]


def wave_ids(text: str) -> list[UUID]:
    """Return the surveys that a list of ids names."""
    return _ids(text)


def survey_values(body: PlanSurvey | ChangeSurvey) -> dict[str, Any]:
    """Return what a body says of a survey, but for its external ids."""
    names = type(body).model_fields if isinstance(body, PlanSurvey) else body.model_fields_set
    return {name: getattr(body, name) for name in names if name != "external_ids"}


def survey_shown(row: Survey) -> SurveyPublic:
    """Return a survey as it is shown."""
    return SurveyPublic.model_validate(row, from_attributes=True)


def _text(instrument: Instrument, key: str, language: str, *, otherwise: str) -> str:
    return instrument.text(key, language).text or otherwise


def _label(instrument: Instrument, question: Question, key: str, language: str) -> str:
    said = instrument.text(f"choice.{question.list_name}.{key}", language).text
    if said or question.type not in ("category", "concepts"):
        return said or key
    try:
        return label(key, language)
    except (KeyError, StopIteration):
        return key


def results_shown(read: Read, *, language: str) -> SurveyResults:
    """Return the results with their words in `language`, or the nearest there is."""
    found = read.results
    return SurveyResults(
        survey=survey_shown(read.survey),
        responses=found.n,
        withheld=found.n is None,
        questions=[_question(read.instrument, one, language) for one in found.questions],
        scores=[_score(read.instrument, one, language) for one in found.scores],
        note=TOO_FEW if found.n is None else ROUNDING,
    )


def _question(instrument: Instrument, found: Found, language: str) -> QuestionResult:
    asked = found.question
    return QuestionResult(
        id=asked.id,
        type=asked.type,
        text=_text(instrument, f"question.{asked.id}", language, otherwise=asked.id),
        n=found.n,
        withheld=found.withheld,
        choices=[_choice(instrument, asked, choice, language) for choice in found.choices],
        mean=found.mean,
        texts=None if found.texts is None else list(found.texts),
    )


def _choice(instrument: Instrument, question: Question, choice: Choice, language: str) -> ChoicePublic:
    named = _label(instrument, question, choice.key, language)
    return ChoicePublic(key=choice.key, label=named, count=choice.count, percent=choice.percent)


def _score(instrument: Instrument, scored: Scored, language: str) -> ScoreResult:
    text = _text(instrument, f"score.{scored.key}", language, otherwise=scored.key)
    spread = [ValueCount(value=value, count=count) for value, count in scored.spread.items()]
    return ScoreResult(key=scored.key, text=text, n=scored.n, mean=scored.mean, spread=spread)


def comparison_shown(waves: Sequence[Read], *, language: str) -> Comparison:
    """Return several waves side by side."""
    instrument = waves[0].instrument
    each = [{one.question.id: one for one in wave.results.questions} for wave in waves]
    heads = [
        WaveHead(
            id=wave.survey.id, title=wave.survey.title, wave=wave.survey.wave, responses=wave.results.n,
            withheld=wave.results.n is None,
        )
        for wave in waves
    ]  # fmt: skip
    questions = [_compared(instrument, one, each, language) for one in instrument.questions]
    return Comparison(instrument_id=waves[0].survey.instrument_id, waves=heads, questions=questions, note=ROUNDING)


def _compared(
    instrument: Instrument, question: Question, waves: Sequence[Mapping[str, Found]], language: str
) -> ComparedQuestion:
    found = [wave.get(question.id) for wave in waves]
    shares = [{choice.key: choice for choice in one.choices} if one else {} for one in found]
    keys = dict.fromkeys(key for share in shares for key in share)
    return ComparedQuestion(
        id=question.id,
        type=question.type,
        text=_text(instrument, f"question.{question.id}", language, otherwise=question.id),
        n=[one.n if one else None for one in found],
        mean=[one.mean if one else None for one in found],
        choices=[
            ComparedChoice(
                key=key, label=_label(instrument, question, key, language), waves=[_share(one, key) for one in shares]
            )
            for key in keys
        ],
    )


def _share(shares: Mapping[str, Choice], key: str) -> WaveShare:
    if not shares:
        return WaveShare(count=None, percent=None)
    choice = shares.get(key)
    return WaveShare(count=choice.count if choice else 0, percent=choice.percent if choice else 0)
