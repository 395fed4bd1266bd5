"""Bodies about capabilities and needs: what they are, what they are about, and what people say to them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, computed_field

from services.assessments.one_to_one.concepts import is_known
from services.assessments.one_to_one.domain import HowOften, NeedState, Urgency, Willing
from services.assessments.one_to_one.items import Consent
from services.assessments.one_to_one.schemas import CategoryKey, unset
from services.assessments.publications.schemas import MeansList, Publish, each_once
from services.kernel.fields import Body, Language, Line, Means, Switch, Text, Window, Windows


def _concept(key: str) -> str:
    if not is_known(key):
        raise ValueError("is no concept of the vocabulary")
    return key


Minutes = Annotated[int, Field(ge=5, le=10_080, strict=True, examples=[60])]
ConceptKey = Annotated[str, Field(max_length=64, examples=["bake"]), AfterValidator(_concept)]
ConceptKeys = Annotated[list[ConceptKey], Field(max_length=20), AfterValidator(each_once)]
CheckKind = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]


class Sharing(Body):
    """What has to be so before she shares it, as matching understands it. `conditions` says it in her own words."""

    gender: Literal["female", "male", "diverse"] | None = None
    grown_up: Switch = False
    checks: Annotated[list[CheckKind], Field(max_length=10)] = Field(default=[], examples=[["dbs-enhanced"]])


_AGAIN = "Needed where other words take the place of published ones, which she had agreed to."


class Agree(Body):
    """What she said to its being made known, how, and in which language it was explained to her."""

    given: Switch
    method: Literal["spoken", "written", "gesture", "app"]
    language: Language
    interpreter: Line | None = Field(default=None, description="A role or pseudonym, not a name.")
    by: Literal["person", "representative"] = "person"
    notice_version: Line | None = None

    def consent(self) -> Consent:
        """Return it as the operation takes it."""
        return Consent(**self.model_dump())


class AddCapability(Body):
    """What the person does or could do. `language` is the assessment's unless it says another."""

    activity: Text = Field(examples=["I bake bread"])
    language: Language = Field(default_factory=unset)
    category: CategoryKey | None = None
    done_already: Switch = False
    willing: Willing = "not_now"
    for_whom: Text | None = None
    conditions: Text | None = None
    how_often: HowOften | None = None
    support_wanted: Text | None = None
    sharing: Sharing = Sharing()
    means: MeansList = []
    minutes: Minutes | None = None
    availability: Windows = []


class ChangeCapability(Body):
    activity: Text = Field(default_factory=unset)
    language: Language = Field(default_factory=unset)
    category: CategoryKey | None = None
    done_already: Switch = Field(default_factory=unset)
    willing: Willing = Field(default_factory=unset)
    for_whom: Text | None = None
    conditions: Text | None = None
    how_often: HowOften | None = None
    support_wanted: Text | None = None
    sharing: Sharing = Sharing()
    means: MeansList = []
    minutes: Minutes | None = None
    availability: Windows = []
    consent: Agree | None = Field(default=None, description=_AGAIN)


class SuggestedConcept(BaseModel):
    """`share` says how likely the words are about it, from 0 to 1."""

    concept: str
    share: float


class _ItemPublic(BaseModel):
    id: UUID
    language: str
    category: str | None
    concepts_suggested: list[SuggestedConcept]
    concepts: list[str]
    concepts_confirmed_by: str | None
    concepts_confirmed_at: datetime | None
    agreed: bool | None = Field(description="Whether she lets it be made known; null until she was asked.")
    agreed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


class CapabilityPublic(_ItemPublic):
    activity: str
    done_already: bool
    willing: Willing
    for_whom: str | None
    conditions: str | None
    how_often: HowOften | None
    support_wanted: str | None
    sharing: Sharing
    means: list[Means]
    minutes: int | None
    availability: list[Window]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def encouragement(self) -> Literal["done_already", "could_do"]:
        """Say whether she does it already, or could with encouragement."""
        return "done_already" if self.done_already else "could_do"


class AddNeed(Body):
    """What the person wants help with. `language` is the assessment's unless it says another."""

    text: Text = Field(examples=["Somebody to practise English with"])
    language: Language = Field(default_factory=unset)
    category: CategoryKey | None = None
    why: Text | None = None
    own_effort: Text | None = None
    urgency: Urgency | None = None


class ChangeNeed(Body):
    text: Text = Field(default_factory=unset)
    language: Language = Field(default_factory=unset)
    category: CategoryKey | None = None
    why: Text | None = None
    own_effort: Text | None = None
    urgency: Urgency | None = None
    consent: Agree | None = Field(default=None, description=_AGAIN)


class StatedNeedPublic(_ItemPublic):
    text: str
    why: str | None
    own_effort: str | None
    urgency: Urgency | None
    state: NeedState


class ConfirmConcepts(Body):
    """The concepts it is about, the first one foremost; `by` is a role or pseudonym, such as the person."""

    concepts: ConceptKeys
    by: Line = Field(examples=["person"])


class PublishItem(Publish):
    """How to make it known; with `consent` where the person has not agreed to this one yet."""

    consent: Agree | None = None


class AgreementPublic(Agree):
    id: UUID
    created_at: datetime


class Agreements(BaseModel):
    items: list[AgreementPublic]


class Negotiate(Body):
    """What the person and the worker make of a need; when it is not recognised, why not."""

    outcome: Literal["recognised", "not_agreed"]
    person_agrees: Switch
    worker: Line = Field(description="A role or pseudonym, not a name.", examples=["caseworker B"])
    why_not: Text | None = None


class NegotiationPublic(Negotiate):
    id: UUID
    created_at: datetime


class Negotiations(BaseModel):
    items: list[NegotiationPublic]


class WeighRisk(Body):
    """A risk, who weighed it, and what is done about it: it does not silently exclude anybody."""

    risk: Text
    weighed_by: Line = Field(description="A role or pseudonym, not a name.", examples=["caseworker B"])
    likelihood: Literal["low", "medium", "high"] | None = None
    mitigation: Text
    decided: Literal["accept", "mitigate", "not_now"]


class RiskWeighed(WeighRisk):
    id: UUID
    created_at: datetime


class Risks(BaseModel):
    items: list[RiskWeighed]


def listed(shape: type[BaseModel], rows: Any) -> list[Any]:
    """Return each of `rows` in `shape`, whose fields it has by the same names."""
    return [shape(**{name: getattr(row, name) for name in shape.model_fields}) for row in rows]
