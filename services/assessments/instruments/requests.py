"""The bodies that make, change and review a tenant's own instruments."""

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    TypeAdapter,
    ValidationError,
)

from services.assessments.instruments.domain import Review, Use
from services.kernel.fields import Body, Language, Line, Slug, Switch, Text

_LARGEST = 1e12
_LANGUAGE: TypeAdapter[str] = TypeAdapter(Language)


def _bounded(value: float) -> float:
    if not abs(value) <= _LARGEST:  # refuses what is no number too
        raise ValueError("must be a number that is not so large")
    return value


def _stays(value: Any) -> Any:
    if value is None:
        raise ValueError("cannot be empty")
    return value


def _each_language_once(given: Any) -> Any:
    """Refuse two spellings of one language: the words of one of them would be lost."""
    named = [_standard(tag) for tag in given] if isinstance(given, dict) else []
    if len(set(named)) != len(named):
        raise ValueError("names one language twice")
    return given


def _standard(tag: Any) -> Any:
    try:
        return _LANGUAGE.validate_python(tag)
    except ValidationError:
        return tag


Amount = Annotated[StrictInt | StrictFloat, AfterValidator(_bounded)]
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,63}$")]
TextKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,200}$", examples=["question.activities"])]
Lines = Text | Annotated[list[Text], Field(min_length=1, max_length=100)]
Value = StrictBool | Amount | Line


class Condition(Body):
    """When something is asked: one test of an earlier question's answer, or several joined by all, any, not."""

    question: Key | None = None
    is_: Value | None = Field(default=None, alias="is")
    is_not: Value | None = None
    includes: Value | None = Field(default=None, description="Of a list: one of its entries.")
    answered: StrictBool | None = None
    at_least: Amount | None = Field(default=None, description="Of a list: how many entries.")
    at_most: Amount | None = None
    all_: Annotated[list["Condition"], Field(max_length=20)] | None = Field(default=None, alias="all")
    any_: Annotated[list["Condition"], Field(max_length=20)] | None = Field(default=None, alias="any")
    not_: "Condition | None" = Field(default=None, alias="not")


class SectionIn(Body):
    key: Key
    show_if: Condition | None = None


class PartIn(Body):
    """A part of a repeated question."""

    id: Key
    type: Annotated[str, Field(max_length=40, examples=["single"])]
    required: Switch = False
    choices: Key | None = Field(default=None, description="The list that single, several and likert choose from.")
    least: Amount | None = None
    most: Amount | None = None
    step: Amount | None = None
    whole: Switch = False
    concepts: Annotated[list[Key], Field(max_length=200)] | None = Field(
        default=None, description="The image cards; left out, one for each category."
    )
    public: Switch = True


class QuestionIn(PartIn):
    section: Key
    repeats: Switch = False
    show_if: Condition | None = None
    parts: Annotated[list[PartIn], Field(max_length=50)] | None = None
    makes: Literal["capability", "need", "outcome"] | None = None
    fills: Annotated[str, Field(max_length=81, examples=["capability.willing"])] | None = None
    done_already: Switch = False


class ScoreIn(Body):
    key: Key
    method: Literal["sum", "mean", "share"]
    questions: Annotated[list[Key], Field(max_length=200)]
    reversed: Annotated[list[Key], Field(max_length=200)] = []
    values: Annotated[dict[Key, Amount], Field(max_length=200)] = {}


class WordingIn(Body):
    """The texts of one language. `review` holds for all but those that `reviews` names."""

    review: Review = "unreviewed"
    texts: Annotated[dict[TextKey, Lines], Field(max_length=10_000)]
    reviews: Annotated[dict[TextKey, Review], Field(max_length=10_000)] = {}


Translations = Annotated[dict[Language, WordingIn], Field(max_length=60), BeforeValidator(_each_language_once)]
Sections = Annotated[list[SectionIn], Field(max_length=100)]
Choices = Annotated[dict[Key, list[Key]], Field(max_length=200)]
Questions = Annotated[list[QuestionIn], Field(max_length=500)]
Scores = Annotated[list[ScoreIn], Field(max_length=100)]


class InstrumentCreate(Body):
    """The whole definition of an instrument, with its words. The server counts its versions."""

    name: Slug
    use: Use = "assessment"
    default_language: Language = "en"
    sections: Sections
    choices: Choices = {}
    questions: Questions
    scores: Scores = []
    translations: Translations | None = None


class InstrumentPatch(Body):
    """What is to change in a draft; what is left out stays. Texts of what is gone go with it."""

    use: Annotated[Use | None, BeforeValidator(_stays)] = None
    default_language: Annotated[Language | None, BeforeValidator(_stays)] = None
    sections: Annotated[Sections | None, BeforeValidator(_stays)] = None
    choices: Annotated[Choices | None, BeforeValidator(_stays)] = None
    questions: Annotated[Questions | None, BeforeValidator(_stays)] = None
    scores: Annotated[Scores | None, BeforeValidator(_stays)] = None


class ReviewIn(Body):
    """A native speaker has read these texts: all of the language, unless `keys` name some."""

    keys: Annotated[list[TextKey], Field(min_length=1, max_length=10_000)] | None = None
    by: Line = Field(description="A role or a pseudonym, not a name.", examples=["interpreter A"])


def dumped(body: Body) -> dict[str, Any]:
    """Return what a body says, as definitions are written."""
    return body.model_dump(exclude_unset=True, exclude_none=True, by_alias=True)
