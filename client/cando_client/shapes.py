"""Every body and answer of the API, as it is in JSON.

Written by `make contracts`; not to be changed by hand.
"""

# ruff: noqa
# fmt: off
from typing import Any, Literal, NotRequired, TypedDict

from cando_client.pages import Page


class AccountCreate(TypedDict):
    credit_limit_seconds: NotRequired[int | None]
    debit_limit_seconds: NotRequired[int | None]
    external_ids: 'NotRequired[list[ExternalId]]'
    high_alert_seconds: NotRequired[int | None]
    low_alert_seconds: NotRequired[int | None]
    owner: 'AccountOwner'


class AccountOwner(TypedDict):
    """Whose account. The community's pot needs no id."""

    id: NotRequired[str | None]
    kind: Literal["participant", "organisation", "group", "community"]


class AccountPublic(TypedDict):
    """An account: a pseudonymous owner and whole seconds."""

    alert: Literal["balanced", "low", "hoarding"]
    available_seconds: int
    balance_seconds: int
    created_at: str
    credit_limit_seconds: int | None
    debit_limit_seconds: int
    external_ids: 'list[ExternalId]'
    held_by: str
    held_seconds: int
    high_alert_seconds: int | None
    id: str
    low_alert_seconds: int | None
    opened_seconds: int
    owner: 'OwnerPublic'
    state: Literal["open", "closed"]
    updated_at: str
    version: int


class AccountPut(TypedDict):
    """What an account should be. External ids of other systems stay unless a list is given."""

    credit_limit_seconds: NotRequired[int | None]
    debit_limit_seconds: NotRequired[int | None]
    external_ids: 'NotRequired[list[ExternalId] | None]'
    high_alert_seconds: NotRequired[int | None]
    low_alert_seconds: NotRequired[int | None]
    owner: 'AccountOwner'


class AccountUpdate(TypedDict):
    credit_limit_seconds: NotRequired[int | None]
    debit_limit_seconds: NotRequired[int]
    external_ids: 'NotRequired[list[ExternalId]]'
    high_alert_seconds: NotRequired[int | None]
    low_alert_seconds: NotRequired[int | None]


class ActionChange(TypedDict):
    """One change: which fields, what the important ones were before, and why. `by`: app, staff."""

    at: str
    before: dict[str, str | None]
    by: str
    changed: list[str]
    why: str | None


class ActionPlanPublic(TypedDict):
    created_at: str
    external_ids: list[dict[str, str]]
    id: str
    language: str
    progress: 'Progress'
    source: 'PlanSource'
    title: str
    updated_at: str
    version: int


class ActionPublic(TypedDict):
    action_plan_id: str
    concepts: list[str]
    created_at: str
    depends_on: list[str]
    due_on: str | None
    history: 'list[ActionChange]'
    id: str
    organisation_id: str | None
    overdue: bool
    participant_id: str | None
    state: Literal["open", "doing", "done", "dropped"]
    updated_at: str
    version: int
    what: str
    who: str | None
    why: str | None


class ActivityCreate(TypedDict):
    access: NotRequired[list[Literal["step-free", "accessible-toilet", "hearing-loop", "sign-language", "large-print", "easy-read", "quiet-space", "accessible-parking", "assistance-dogs", "home-visits", "online"]]]
    accessibility: NotRequired[str | None]
    areas: NotRequired[list[str]]
    assured_by: NotRequired[str | None]
    assured_on: NotRequired[str | None]
    category: NotRequired[Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None]
    concepts: NotRequired[list[str]]
    cost: NotRequired[str | None]
    costs: 'NotRequired[list[Cost]]'
    description: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId]]'
    group_id: NotRequired[str | None]
    languages: NotRequired[list[str]]
    maximum_age: NotRequired[int | None]
    micro_provider_id: NotRequired[str | None]
    minimum_age: NotRequired[int | None]
    name: str
    opening: 'NotRequired[list[Window]]'
    organisation_id: NotRequired[str | None]
    place_ids: NotRequired[list[str]]
    reach_km: NotRequired[float | None]
    status: NotRequired[Literal["active", "inactive", "temporarily_closed"]]
    website: NotRequired[str | None]


class ActivityFacts(TypedDict):
    category: NotRequired[str | None]
    concepts: NotRequired[list[str]]
    cost: NotRequired[str | None]
    description: NotRequired[str | None]
    name: NotRequired[str | None]
    opening: 'NotRequired[list[Window]]'


class ActivityPatch(TypedDict):
    access: NotRequired[list[Literal["step-free", "accessible-toilet", "hearing-loop", "sign-language", "large-print", "easy-read", "quiet-space", "accessible-parking", "assistance-dogs", "home-visits", "online"]] | None]
    accessibility: NotRequired[str | None]
    areas: NotRequired[list[str] | None]
    assured_by: NotRequired[str | None]
    assured_on: NotRequired[str | None]
    category: NotRequired[Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None]
    concepts: NotRequired[list[str] | None]
    cost: NotRequired[str | None]
    costs: 'NotRequired[list[Cost] | None]'
    description: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId] | None]'
    group_id: NotRequired[str | None]
    languages: NotRequired[list[str] | None]
    maximum_age: NotRequired[int | None]
    micro_provider_id: NotRequired[str | None]
    minimum_age: NotRequired[int | None]
    name: NotRequired[str | None]
    opening: 'NotRequired[list[Window] | None]'
    organisation_id: NotRequired[str | None]
    place_ids: NotRequired[list[str] | None]
    reach_km: NotRequired[float | None]
    status: NotRequired[Literal["active", "inactive", "temporarily_closed"] | None]
    website: NotRequired[str | None]


class ActivityPublic(TypedDict):
    access: list[str]
    accessibility: str | None
    areas: list[str]
    assured_by: str | None
    assured_on: str | None
    category: str | None
    concepts: list[str]
    confirmed_at: str | None
    confirmed_by: str | None
    cost: str | None
    costs: 'list[Cost]'
    created_at: str
    description: str | None
    external_ids: 'list[ExternalId]'
    group_id: str | None
    held_by: str | None
    id: str
    languages: list[str]
    maximum_age: int | None
    micro_provider_id: str | None
    minimum_age: int | None
    name: str
    opening: 'list[Window]'
    organisation_id: str | None
    place_ids: list[str]
    reach_km: float | None
    source: str | None
    status: str
    updated_at: str
    version: int
    website: str | None


class AddAction(TypedDict):
    """What is to be done, who does it (a role, an organisation or a participant), and by when."""

    concepts: NotRequired[list[str]]
    depends_on: NotRequired[list[str]]
    due_on: NotRequired[str | None]
    organisation_id: NotRequired[str | None]
    participant_id: NotRequired[str | None]
    state: NotRequired[Literal["open", "doing", "done", "dropped"]]
    what: str
    who: NotRequired[str | None]
    why: NotRequired[str | None]


class AddCapability(TypedDict):
    """What the person does or could do. `language` is the assessment's unless it says another."""

    activity: str
    availability: 'NotRequired[list[Window]]'
    category: NotRequired[Literal["advice", "childcare", "community", "company", "culture", "digital", "family", "food", "garden", "health", "household", "housing", "language", "learning", "repair", "shopping", "sport", "transport", "work"] | None]
    conditions: NotRequired[str | None]
    done_already: NotRequired[bool]
    for_whom: NotRequired[str | None]
    how_often: NotRequired[Literal["once", "now_and_then", "monthly", "weekly", "daily"] | None]
    language: NotRequired[str]
    means: NotRequired[list[Literal["in_person", "phone", "online"]]]
    minutes: NotRequired[int | None]
    sharing: 'NotRequired[Sharing]'
    support_wanted: NotRequired[str | None]
    willing: NotRequired[Literal["yes", "perhaps", "not_now"]]


class AddNeed(TypedDict):
    """What the person wants help with. `language` is the assessment's unless it says another."""

    category: NotRequired[Literal["advice", "childcare", "community", "company", "culture", "digital", "family", "food", "garden", "health", "household", "housing", "language", "learning", "repair", "shopping", "sport", "transport", "work"] | None]
    language: NotRequired[str]
    own_effort: NotRequired[str | None]
    text: str
    urgency: NotRequired[Literal["now", "soon", "can_wait"] | None]
    why: NotRequired[str | None]


class AddOutcome(TypedDict):
    """What she wants to change, in her words; grades from 0 to 10."""

    baseline: NotRequired[int | None]
    concepts: NotRequired[list[str]]
    importance: NotRequired[int | None]
    language: NotRequired[str]
    text: str
    wished: NotRequired[int | None]


class AddSitting(TypedDict):
    """When people sat together over it; `present` are roles, not names."""

    ended_at: NotRequired[str | None]
    interpreter: NotRequired[str | None]
    place: NotRequired[str | None]
    present: NotRequired[list[str]]
    started_at: str


class Address(TypedDict):
    """A postal address of a public place."""

    city: NotRequired[str | None]
    country: NotRequired[str | None]
    lines: NotRequired[str | None]
    postal_code: NotRequired[str | None]
    region: NotRequired[str | None]


class Agree(TypedDict):
    """What she said to its being made known, how, and in which language it was explained to her."""

    by: NotRequired[Literal["person", "representative"]]
    given: bool
    interpreter: NotRequired[str | None]
    language: str
    method: Literal["spoken", "written", "gesture", "app"]
    notice_version: NotRequired[str | None]


class AgreeProject(TypedDict):
    """Who agreed (by role) and when; of a council, by how many votes."""

    abstained: NotRequired[int]
    by: str
    on: str
    votes_against: NotRequired[int]
    votes_for: NotRequired[int | None]


class Agreement(TypedDict):
    abstained: int
    by: str
    on: str
    votes_against: int
    votes_for: int | None


class AgreementPublic(TypedDict):
    by: NotRequired[Literal["person", "representative"]]
    created_at: str
    given: bool
    id: str
    interpreter: NotRequired[str | None]
    language: str
    method: Literal["spoken", "written", "gesture", "app"]
    notice_version: NotRequired[str | None]


class Agreements(TypedDict):
    items: 'list[AgreementPublic]'


class AllocationCreate(TypedDict):
    """Whom to pair: your open needs with everybody's offers. Without `need_ids`, all that are not private."""

    candidates_each: NotRequired[int]
    category: NotRequired[Literal["advice", "childcare", "community", "company", "culture", "digital", "family", "food", "garden", "health", "household", "housing", "language", "learning", "repair", "shopping", "sport", "transport", "work"] | None]
    floor: NotRequired[float | Literal["max"] | None]
    groups_of_at_least: NotRequired[int | None]
    least_score: NotRequired[float]
    need_ids: NotRequired[list[str] | None]
    per_need: NotRequired[int]


class AllocationPublic(TypedDict):
    asked: 'AllocationCreate'
    created_at: str
    finished_at: str | None
    id: str
    problem: str | None
    progress: float
    result: 'AllocationResult | None'
    state: Literal["queued", "running", "done", "failed"]
    step: str
    updated_at: str
    version: int


class AllocationResult(TypedDict):
    below: list[str]
    exact: bool
    floor: float | None
    gap: float
    held_back: dict[str, int | str]
    note: str | None
    pairs: 'list[PlannedPair]'
    total: float
    unserved: 'list[Unserved]'
    withdrawn: Literal["some"] | None


class AllocationSummary(TypedDict):
    asked: 'AllocationCreate'
    created_at: str
    finished_at: str | None
    id: str
    problem: str | None
    progress: float
    state: Literal["queued", "running", "done", "failed"]
    step: str
    updated_at: str
    version: int


class AnswerPublic(TypedDict):
    answered_at: str
    answered_by: Literal["person", "caseworker", "representative", "app"]
    author: str | None
    device_id: str | None
    entry_id: str | None
    interpreter: str | None
    language: str
    question_id: str
    updated_at: str
    value: Any
    version: int


class Answers(TypedDict):
    """What a project answers: a need, concepts of the vocabulary, or a group of a round table's cards."""

    concepts: NotRequired[list[str]]
    group_id: NotRequired[str | None]
    need_id: NotRequired[str | None]
    text: NotRequired[str | None]


class AreaCreate(TypedDict):
    """A named part of the neighbourhood: a shape, or a middle and how far it reaches from there."""

    latitude: NotRequired[float | None]
    longitude: NotRequired[float | None]
    name: str
    names: NotRequired[dict[str, str]]
    part_of: NotRequired[str | None]
    radius_km: NotRequired[float | None]
    shape: NotRequired[dict[str, Any] | None]


class AreaPatch(TypedDict):
    """A change: what is left out stays. A shape takes the place of a middle, and the other way round."""

    latitude: NotRequired[float | None]
    longitude: NotRequired[float | None]
    name: NotRequired[str | None]
    names: NotRequired[dict[str, str] | None]
    part_of: NotRequired[str | None]
    radius_km: NotRequired[float | None]
    shape: NotRequired[dict[str, Any] | None]


class AreaPublic(TypedDict):
    """A named part of the neighbourhood."""

    created_at: str
    id: str
    latitude: float | None
    longitude: float | None
    name: str
    names: dict[str, str]
    part_of: str | None
    radius_km: float | None
    shape: dict[str, Any] | None
    updated_at: str
    version: int


class AssessmentPublic(TypedDict):
    """`strength_prompts` are there when a completed assessment names few capabilities: to come back to them."""

    acted_for_by: str | None
    area: str | None
    completed_at: str | None
    created_at: str
    decides_with_representative: bool
    external_ids: list[dict[str, str]]
    follows: str | None
    id: str
    instrument_id: str
    interpreter: str | None
    language: str
    participant_id: str
    representative: dict[str, Any] | None
    review_on: str | None
    reviewed_at: str | None
    state: Literal["draft", "in_progress", "completed", "reviewed", "declined"]
    strength_prompts: NotRequired[list[str]]
    under_18: bool
    updated_at: str
    version: int


class AssetFound(TypedDict):
    """Something the community has. `concepts` are what it states and what its text is about; `free` may be unknown."""

    access: list[str]
    category: str | None
    concepts: list[str]
    description: str | None
    distance_km: float | None
    free: bool | None
    id: str
    kind: Literal["organisation", "group", "micro_provider", "place", "service", "activity", "person"]
    languages: list[str]
    name: str
    place: 'AssetPlace | None'
    why: 'list[AssetReason]'


class AssetPlace(TypedDict):
    """Where it is, WGS 84."""

    latitude: float
    longitude: float


class AssetReason(TypedDict):
    """Why something was found."""

    factor: str
    says: str


class AssetsFound(TypedDict):
    """A page of what was found. The first page also counts: `hidden` is how many more each filter alone keeps away."""

    around: 'NotRequired[PlaceAsked | None]'
    at_least: NotRequired[bool]
    facets: 'NotRequired[dict[str, list[FacetCount]] | None]'
    hidden: NotRequired[dict[str, int] | None]
    items: 'list[AssetFound]'
    next: NotRequired[str | None]
    some_words: NotRequired[bool]
    total: NotRequired[int | None]


class AssignmentCreate(TypedDict):
    """A member of your organisation's staff who is to look after a participant."""

    ends_at: NotRequired[str | None]
    participant_id: str
    staff_id: str
    starts_at: NotRequired[str | None]


class AssignmentPublic(TypedDict):
    """Who looks after whom, from when until when."""

    created_at: str
    ended_at: str | None
    ends_at: str | None
    id: str
    live: bool
    organisation_id: str
    participant_id: str
    staff_id: str
    starts_at: str
    updated_at: str
    version: int


class AttendanceCounts(TypedDict):
    """People who came: of each kind and language; `named` of them by name, `counted` by a count only."""

    by_kind: dict[str, int]
    by_language: dict[str, int]
    counted: int
    named: int
    people: int


class AttendancePublic(TypedDict):
    created_at: str
    id: str
    kind: str
    language: str | None
    participant_id: str | None
    people: int
    round_table_id: str
    table_id: str | None
    updated_at: str
    version: int


class AuditRow(TypedDict):
    """One row of the audit by somebody of your organisation."""

    action: str
    actor: str
    actor_kind: str
    at: str
    id: str
    on_behalf_of: str | None
    person: str | None
    purpose: str | None
    service: str
    subject: str


class AuditRows(TypedDict):
    """Rows of every service in the order of time; `missing` are the services that do not answer at the moment."""

    items: 'list[AuditRow]'
    missing: NotRequired[list[str]]
    next: NotRequired[str | None]


class BallotPublic(TypedDict):
    """That somebody has voted. Whom for is not kept with it."""

    voted: bool


class BeforeAndNow(TypedDict):
    """None where there was nothing."""

    before: Any
    now: Any


class BlockCreate(TypedDict):
    """Keep this participant and another apart, both ways and in silence."""

    other_id: str


class BlockPublic(TypedDict):
    """A block, shown only to who may see the participant that asked for it."""

    created_at: str
    id: str
    other_id: str
    participant_id: str


class BudgetRaise(TypedDict):
    amount: int
    at: str
    before: int
    by: str
    reason: str


class CandidatePublic(TypedDict):
    council_id: str
    created_at: str
    id: str
    language: str
    name_shown: str
    participant_id: str | None
    speaks_for: list[str]
    state: Literal["standing", "withdrawn"]
    updated_at: str
    version: int


class CapabilityPublic(TypedDict):
    activity: str
    agreed: bool | None
    agreed_at: str | None
    availability: 'list[Window]'
    category: str | None
    concepts: list[str]
    concepts_confirmed_at: str | None
    concepts_confirmed_by: str | None
    concepts_suggested: 'list[SuggestedConcept]'
    conditions: str | None
    created_at: str
    done_already: bool
    encouragement: Literal["done_already", "could_do"]
    for_whom: str | None
    how_often: Literal["once", "now_and_then", "monthly", "weekly", "daily"] | None
    id: str
    language: str
    means: list[Literal["in_person", "phone", "online"]]
    minutes: int | None
    sharing: 'Sharing'
    support_wanted: str | None
    updated_at: str
    version: int
    willing: Literal["yes", "perhaps", "not_now"]


class CardPublic(TypedDict):
    """`late`: delivered after the evening had closed. `clock_doubtful`: its device's clock ran ahead."""

    by: Literal["person", "table"]
    card_id: str | None
    category: str
    clock_doubtful: bool
    created_at: str
    device_id: str | None
    external_ids: list[dict[str, str]]
    group_id: str | None
    id: str
    image: str
    language: str
    late: bool
    participant_id: str | None
    question: int
    round_table_id: str
    table_id: str
    text: str
    translation: 'TranslationPublic | None'
    updated_at: str
    version: int
    visibility: Literal["table", "plenary"]
    wordings: 'list[WordingPublic]'
    written_at: str


class CarriedPublic(TypedDict):
    carried: dict[str, int]
    not_carried: 'list[LossPublic]'


class CastBallot(TypedDict):
    """The candidates chosen; none is a vote for nobody. `language` says in which community the voter votes."""

    candidates: list[str]
    language: NotRequired[str | None]


class ChainPublic(TypedDict):
    """One service's chain: how many rows, the hash over all, the first that does not fit, how many are not chained."""

    broken: int | None
    chain: str
    number: int
    service: str
    unchained: int


class ChangeAction(TypedDict):
    """`why` is needed when something is dropped, or taken up again."""

    concepts: NotRequired[list[str]]
    depends_on: NotRequired[list[str]]
    due_on: NotRequired[str | None]
    organisation_id: NotRequired[str | None]
    participant_id: NotRequired[str | None]
    state: NotRequired[Literal["open", "doing", "done", "dropped"]]
    what: NotRequired[str]
    who: NotRequired[str | None]
    why: NotRequired[str | None]


class ChangeActionPlan(TypedDict):
    external_ids: 'NotRequired[list[ExternalId]]'
    language: NotRequired[str]
    source: 'NotRequired[PlanSource]'
    title: NotRequired[str]


class ChangeAssessment(TypedDict):
    acted_for_by: NotRequired[str | None]
    area: NotRequired[str | None]
    decides_with_representative: NotRequired[bool]
    external_ids: 'NotRequired[list[ExternalId]]'
    interpreter: NotRequired[str | None]
    language: NotRequired[str]
    representative: 'NotRequired[Representative | None]'
    review_on: NotRequired[str | None]
    under_18: NotRequired[bool]


class ChangeAttendance(TypedDict):
    kind: NotRequired[str]
    language: NotRequired[str | None]
    people: NotRequired[int]


class ChangeCandidate(TypedDict):
    name_shown: NotRequired[str]
    speaks_for: NotRequired[list[str]]
    state: NotRequired[Literal["standing", "withdrawn"]]


class ChangeCapability(TypedDict):
    activity: NotRequired[str]
    availability: 'NotRequired[list[Window]]'
    category: NotRequired[Literal["advice", "childcare", "community", "company", "culture", "digital", "family", "food", "garden", "health", "household", "housing", "language", "learning", "repair", "shopping", "sport", "transport", "work"] | None]
    conditions: NotRequired[str | None]
    consent: 'NotRequired[Agree | None]'
    done_already: NotRequired[bool]
    for_whom: NotRequired[str | None]
    how_often: NotRequired[Literal["once", "now_and_then", "monthly", "weekly", "daily"] | None]
    language: NotRequired[str]
    means: NotRequired[list[Literal["in_person", "phone", "online"]]]
    minutes: NotRequired[int | None]
    sharing: 'NotRequired[Sharing]'
    support_wanted: NotRequired[str | None]
    willing: NotRequired[Literal["yes", "perhaps", "not_now"]]


class ChangeCard(TypedDict):
    category: NotRequired[Literal["advice", "childcare", "community", "company", "culture", "digital", "family", "food", "garden", "health", "household", "housing", "language", "learning", "repair", "shopping", "sport", "transport", "work"]]
    image: NotRequired[str]
    translation: 'NotRequired[Translation | None]'
    visibility: NotRequired[Literal["table", "plenary"]]


class ChangeCouncil(TypedDict):
    area: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId]]'
    language: NotRequired[str]
    languages: NotRequired[list[str]]
    name: NotRequired[str]
    quotas: 'NotRequired[list[Quota]]'
    seats: NotRequired[int]
    task: NotRequired[str]
    term_ends: NotRequired[str | None]
    term_starts: NotRequired[str | None]


class ChangeElectorate(TypedDict):
    agreed: NotRequired[int | None]
    people: NotRequired[int]


class ChangeGroup(TypedDict):
    """Labels are replaced as a whole; what was suggested is named after its image where it keeps none."""

    concept: NotRequired[str]
    labels: NotRequired[dict[str, str]]


class ChangeInvitation(TypedDict):
    came: NotRequired[int | None]
    people: NotRequired[int]
    state: NotRequired[Literal["invited", "accepted", "declined", "attended"]]


class ChangeNeed(TypedDict):
    category: NotRequired[Literal["advice", "childcare", "community", "company", "culture", "digital", "family", "food", "garden", "health", "household", "housing", "language", "learning", "repair", "shopping", "sport", "transport", "work"] | None]
    consent: 'NotRequired[Agree | None]'
    language: NotRequired[str]
    own_effort: NotRequired[str | None]
    text: NotRequired[str]
    urgency: NotRequired[Literal["now", "soon", "can_wait"] | None]
    why: NotRequired[str | None]


class ChangeOutcome(TypedDict):
    baseline: NotRequired[int | None]
    concepts: NotRequired[list[str]]
    importance: NotRequired[int | None]
    language: NotRequired[str]
    text: NotRequired[str]
    wished: NotRequired[int | None]


class ChangeProject(TypedDict):
    answers: 'NotRequired[list[Answers]]'
    area: NotRequired[str | None]
    budget: NotRequired[int]
    council_id: NotRequired[str | None]
    currency: NotRequired[str]
    external_ids: 'NotRequired[list[ExternalId]]'
    language: NotRequired[str]
    result: NotRequired[str | None]
    round_table_id: NotRequired[str | None]
    starts_on: NotRequired[str | None]
    text: NotRequired[str | None]
    title: NotRequired[str]
    trial_until: NotRequired[str | None]


class ChangeRoundTable(TypedDict):
    area: NotRequired[str | None]
    coordinates: 'NotRequired[Point | None]'
    dots_each: NotRequired[int]
    external_ids: 'NotRequired[list[ExternalId]]'
    host_language: NotRequired[str]
    images: NotRequired[list[str]]
    languages: NotRequired[list[str]]
    place: NotRequired[str | None]
    questions: NotRequired[list[dict[str, str]]]
    starts_at: NotRequired[str]
    title: NotRequired[str]
    venue: 'NotRequired[Venue | None]'


class ChangeSurvey(TypedDict):
    area: NotRequired[str | None]
    closes: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId]]'
    languages: NotRequired[list[str]]
    opens: NotRequired[str | None]
    title: NotRequired[str]
    wave: NotRequired[str | None]


class ChangeTable(TypedDict):
    facilitator: NotRequired[str | None]
    interpreter: NotRequired[str | None]
    language: NotRequired[str]


class ChangedItem(TypedDict):
    concepts: list[str]
    id: str
    language: str
    text: str


class ChangesPublic(TypedDict):
    """What is different from the assessment that this one `follows`."""

    answers: 'dict[str, BeforeAndNow]'
    capabilities: 'ComparedPublic'
    follows: str
    needs: 'ComparedPublic'
    scores: 'dict[str, BeforeAndNow]'


class CheckPublic(TypedDict):
    """A check as it stands. Every reading of it is on record."""

    checked_by: str
    checked_on: str
    created_at: str
    holds: bool
    id: str
    kind: str
    participant_id: str
    retracted_at: str | None
    updated_at: str
    valid_until: str
    version: int


class Children(TypedDict):
    """How many children of one age."""

    band: Literal["0-2", "3-5", "6-11", "12-15", "16-17"]
    count: int


class ChoicePublic(TypedDict):
    count: int
    key: str
    label: str
    percent: int


class CiviActivities(TypedDict):
    """Activities of one type that are needs, or offers. Of each list of statuses the first is the one written."""

    kind: Literal["need", "offer"]
    language: NotRequired[str]
    met: NotRequired[list[str]]
    open: NotRequired[list[str]]
    type: str
    wins: NotRequired[Literal["civicrm", "cando", "newest"]]
    withdrawn: NotRequired[list[str]]
    writes: NotRequired[bool]


class CiviConsent(TypedDict):
    """Where the CRM keeps what she agreed to. A switch means all of `purposes`; a list those it names."""

    field: str
    given_on: NotRequired[str | None]
    language: NotRequired[str]
    method: NotRequired[Literal["in_person", "phone", "online", "paper"]]
    notice_version: str
    purposes: NotRequired[list[Literal["assessment", "matching", "introduction", "timebank", "referral", "research"]]]


class CiviContacts(TypedDict):
    """Which contacts take part. Without `consent` nobody is registered from there."""

    called: NotRequired[list[str]]
    consent: 'NotRequired[CiviConsent | None]'
    create: NotRequired[bool]
    group: NotRequired[str | None]
    tag: NotRequired[str | None]
    wins: NotRequired[Literal["civicrm", "cando", "newest"]]
    writes: NotRequired[bool]


class CiviMapping(TypedDict):
    """What means what between a CiviCRM and Cando."""

    activities: 'NotRequired[list[CiviActivities]]'
    contacts: 'CiviContacts'
    matches: 'NotRequired[CiviMatches | None]'
    per_second: NotRequired[float]
    reference: NotRequired[str | None]
    time_zone: NotRequired[str]


class CiviMatches(TypedDict):
    """How matches are told: one activity of this type for each side whose person is a contact there."""

    case_type: NotRequired[str | None]
    statuses: NotRequired[dict[str, str]]
    type: str


class ClientPublic(TypedDict):
    """A client; its secrets by id only."""

    created_at: str
    id: str
    name: str
    organisation_id: str
    scopes: list[str]
    secrets: 'list[SecretPublic]'
    updated_at: str
    version: int


class ClientWithSecret(TypedDict):
    """A client just made: the only time its secret is shown."""

    client_id: str
    client_secret: str
    created_at: str
    id: str
    name: str
    organisation_id: str
    scopes: list[str]
    secrets: 'list[SecretPublic]'
    updated_at: str
    version: int


class CoProductionLab(TypedDict):
    area: str | None
    concepts: list[str]
    created_at: str
    dissolved_because: str | None
    ended_at: str | None
    external_ids: list[dict[str, str]]
    held_by: str
    id: str
    language: str
    led_to: 'list[LedTo]'
    outcome: str | None
    question: str
    state: Literal["gathering", "meeting", "concluded", "dissolved"]
    suggested_by: 'SuggestedBy | None'
    title: str
    updated_at: str
    version: int


class CommunityGroupCreate(TypedDict):
    access: NotRequired[list[Literal["step-free", "accessible-toilet", "hearing-loop", "sign-language", "large-print", "easy-read", "quiet-space", "accessible-parking", "assistance-dogs", "home-visits", "online"]]]
    accessibility: NotRequired[str | None]
    areas: NotRequired[list[str]]
    assured_by: NotRequired[str | None]
    assured_on: NotRequired[str | None]
    category: NotRequired[Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None]
    concepts: NotRequired[list[str]]
    cost: NotRequired[str | None]
    costs: 'NotRequired[list[Cost]]'
    description: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId]]'
    languages: NotRequired[list[str]]
    name: str
    opening: 'NotRequired[list[Window]]'
    organisation_id: NotRequired[str | None]
    place_ids: NotRequired[list[str]]
    reach_km: NotRequired[float | None]
    website: NotRequired[str | None]


class CommunityGroupPatch(TypedDict):
    access: NotRequired[list[Literal["step-free", "accessible-toilet", "hearing-loop", "sign-language", "large-print", "easy-read", "quiet-space", "accessible-parking", "assistance-dogs", "home-visits", "online"]] | None]
    accessibility: NotRequired[str | None]
    areas: NotRequired[list[str] | None]
    assured_by: NotRequired[str | None]
    assured_on: NotRequired[str | None]
    category: NotRequired[Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None]
    concepts: NotRequired[list[str] | None]
    cost: NotRequired[str | None]
    costs: 'NotRequired[list[Cost] | None]'
    description: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId] | None]'
    languages: NotRequired[list[str] | None]
    name: NotRequired[str | None]
    opening: 'NotRequired[list[Window] | None]'
    organisation_id: NotRequired[str | None]
    place_ids: NotRequired[list[str] | None]
    reach_km: NotRequired[float | None]
    website: NotRequired[str | None]


class CommunityGroupPublic(TypedDict):
    access: list[str]
    accessibility: str | None
    areas: list[str]
    assured_by: str | None
    assured_on: str | None
    category: str | None
    concepts: list[str]
    confirmed_at: str | None
    confirmed_by: str | None
    cost: str | None
    costs: 'list[Cost]'
    created_at: str
    description: str | None
    external_ids: 'list[ExternalId]'
    held_by: str | None
    id: str
    languages: list[str]
    name: str
    opening: 'list[Window]'
    organisation_id: str | None
    place_ids: list[str]
    reach_km: float | None
    source: str | None
    updated_at: str
    version: int
    website: str | None


class CommunityHouseholdPublic(TypedDict):
    contributed: int
    done: int
    household: str
    volunteers: int


class CommunityPublic(TypedDict):
    """A language that had a table of its own: people who came, evenings it sat at, cards laid at its tables."""

    cards: int
    evenings: int
    language: str
    people: int


class ComparedChoice(TypedDict):
    key: str
    label: str
    waves: 'list[WaveShare]'


class ComparedPublic(TypedDict):
    gone: 'list[ChangedItem]'
    met: 'list[ChangedItem]'
    new: 'list[ChangedItem]'
    same: 'list[ChangedItem]'


class ComparedQuestion(TypedDict):
    choices: 'list[ComparedChoice]'
    id: str
    mean: list[float | None]
    n: list[int | None]
    text: str
    type: str


class Comparison(TypedDict):
    """Several waves; the lists of each question stand in the order of `waves`."""

    instrument_id: str
    note: str
    questions: 'list[ComparedQuestion]'
    waves: 'list[WaveHead]'


class ConceptPublic(TypedDict):
    """An everyday thing that people need or can do. `language` is what its names are in: English where yours has none."""

    also_called: list[str]
    broader: str
    category: str
    esco: str | None
    icon: str
    id: str
    label: str
    language: str
    open_referral: list[str]
    related: list[str]
    review: Literal["unreviewed", "reviewed"]


class ConceptWhole(TypedDict):
    """A concept with its names in every language that has some, and what is narrower."""

    also_called: list[str]
    broader: str
    category: str
    esco: str | None
    icon: str
    id: str
    label: str
    labels: 'dict[str, Naming]'
    language: str
    narrower: list[str]
    open_referral: list[str]
    related: list[str]
    review: Literal["unreviewed", "reviewed"]


class Concepts(TypedDict):
    """Some concepts; the `note` says why there are none where something was looked for."""

    items: 'list[ConceptPublic]'
    next: NotRequired[str | None]
    note: NotRequired[str | None]


class Conclusion(TypedDict):
    led_to: 'NotRequired[list[LedTo]]'
    outcome: str


ConditionInput = TypedDict("ConditionInput", {
    "all": 'NotRequired[list[ConditionInput] | None]',
    "answered": NotRequired[bool | None],
    "any": 'NotRequired[list[ConditionInput] | None]',
    "at_least": NotRequired[int | float | None],
    "at_most": NotRequired[int | float | None],
    "includes": NotRequired[bool | int | float | str | None],
    "is": NotRequired[bool | int | float | str | None],
    "is_not": NotRequired[bool | int | float | str | None],
    "not": 'NotRequired[ConditionInput | None]',
    "question": NotRequired[str | None],
})


ConditionOutput = TypedDict("ConditionOutput", {
    "all": 'NotRequired[list[ConditionOutput] | None]',
    "answered": NotRequired[bool | None],
    "any": 'NotRequired[list[ConditionOutput] | None]',
    "at_least": NotRequired[int | float | None],
    "at_most": NotRequired[int | float | None],
    "includes": NotRequired[bool | int | float | str | None],
    "is": NotRequired[bool | int | float | str | None],
    "is_not": NotRequired[bool | int | float | str | None],
    "not": 'NotRequired[ConditionOutput | None]',
    "question": NotRequired[str | None],
})


class Conditions(TypedDict):
    """What one side asks of the other before they meet; the other must have declared that it is so."""

    checks: NotRequired[list[str]]
    gender: NotRequired[Literal["female", "male", "diverse"] | None]
    grown_up: NotRequired[bool]


class ConfirmConcepts(TypedDict):
    """The concepts it is about, the first one foremost; `by` is a role or pseudonym, such as the person."""

    by: str
    concepts: list[str]


class ConflictPublic(TypedDict):
    """Answers of people who had not seen each other's, the latest first: it is shown as the present one meanwhile."""

    entries: 'list[EntryPublic]'
    question_id: str


class Conflicts(TypedDict):
    items: 'list[ConflictPublic]'


class ConnectionCheck(TypedDict):
    """Whether a connection would work, and what is missing if not."""

    findings: 'list[ConnectionFinding]'
    ok: bool


class ConnectionCount(TypedDict):
    """What a run did with one kind of thing, in one direction."""

    conflict: NotRequired[int]
    created: NotRequired[int]
    direction: Literal["in", "out"]
    entity: str
    refused: NotRequired[int]
    skipped: NotRequired[int]
    unchanged: NotRequired[int]
    updated: NotRequired[int]


class ConnectionCreate(TypedDict):
    """A CiviCRM to connect. The credentials are sealed, and shown to nobody again."""

    api_key: str
    base_url: str
    client_id: str
    client_secret: str
    kind: NotRequired[Literal["civicrm"]]
    mapping: 'CiviMapping'
    name: str
    schedule: NotRequired[Literal["off", "hourly"]]


class ConnectionFinding(TypedDict):
    """One thing that was tried."""

    advice: NotRequired[str | None]
    ok: bool
    side: Literal["civicrm", "cando"]
    what: str


class ConnectionLine(TypedDict):
    """What a run did with one thing: `their_id` there, `resource_id` here, no names."""

    at: str
    direction: Literal["in", "out"]
    entity: str
    id: str
    outcome: Literal["created", "updated", "unchanged", "skipped", "refused", "conflict"]
    reason: str | None
    resource_id: str | None
    their_id: str | None


class ConnectionPatch(TypedDict):
    """What is to change; what is left out stays."""

    api_key: NotRequired[str | None]
    base_url: NotRequired[str | None]
    client_id: NotRequired[str | None]
    client_secret: NotRequired[str | None]
    mapping: 'NotRequired[CiviMapping | None]'
    schedule: NotRequired[Literal["off", "hourly"] | None]


class ConnectionPublic(TypedDict):
    """A connection as its organisation sees it: without any secret."""

    attention: str | None
    base_url: str
    created_at: str
    id: str
    kind: str
    last_run_id: str | None
    mapping: 'CiviMapping'
    name: str
    next_run_at: str | None
    paused: bool
    schedule: Literal["off", "hourly"]
    state: Literal["ready", "needs-attention"]
    updated_at: str
    version: int


class ConnectionRunCreate(TypedDict):
    """How to run it."""

    dry_run: NotRequired[bool]
    thorough: NotRequired[bool]


class ConnectionRunPublic(TypedDict):
    """One run, and what it did."""

    connection_id: str
    counts: 'list[ConnectionCount]'
    created_at: str
    dry_run: bool
    finished_at: str | None
    id: str
    reason: str | None
    started_at: str | None
    state: Literal["queued", "running", "finished", "interrupted", "failed", "cancelled"]
    thorough: bool
    updated_at: str
    version: int


class ConsentCreate(TypedDict):
    """A grant: for what, to whom, on what basis, how it was captured, until when."""

    categories: NotRequired[list[str]]
    expires_at: NotRequired[str | None]
    given_at: NotRequired[str | None]
    interpreter: NotRequired[str | None]
    language: NotRequired[str]
    legal_basis: NotRequired[Literal["consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests"]]
    method: NotRequired[Literal["in_person", "phone", "online", "paper"]]
    notice_version: str
    purpose: Literal["assessment", "matching", "introduction", "timebank", "referral", "research", "acting", "directory", "public_listing"]
    recipient_id: str


class ConsentPublic(TypedDict):
    """A grant as it stands, with the end of it if it was revoked."""

    captured_by: NotRequired[str | None]
    categories: list[str]
    created_at: str
    expires_at: str | None
    given_at: str
    id: str
    interpreter: str | None
    language: str
    legal_basis: str
    live: bool
    method: str
    notice_version: str
    participant_id: str
    purpose: str
    recipient_id: str
    revoked_at: str | None
    revoked_by: NotRequired[str | None]


class ContactPublic(TypedDict):
    """How to reach a participant. Every reading of it is on record."""

    do_not_disclose: bool
    entries: 'list[DirectoryContactEntry]'
    participant_id: str
    updated_at: str
    version: int


class ContactPut(TypedDict):
    """All ways to reach somebody; they replace those before."""

    do_not_disclose: NotRequired[bool]
    entries: 'list[DirectoryContactEntry]'


class Cost(TypedDict):
    """One of the prices: for whom or what, how much in the currency's smallest unit, and from when until when."""

    amount: NotRequired[int | None]
    currency: NotRequired[Literal["AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VED", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG"] | None]
    description: NotRequired[str | None]
    option: NotRequired[str | None]
    valid_from: NotRequired[str | None]
    valid_to: NotRequired[str | None]


class CouncilPublic(TypedDict):
    area: str | None
    created_at: str
    currency: str
    external_ids: list[dict[str, str]]
    id: str
    language: str
    languages: list[str]
    limits: 'list[LimitChange]'
    name: str
    project_limit: int
    quotas: 'list[Quota]'
    seats: int
    state: Literal["forming", "electing", "elected", "ended"]
    task: str
    term_ends: str | None
    term_starts: str | None
    updated_at: str
    version: int


class CountPublic(TypedDict):
    """A number and how to say it; no number when somebody could be recognised by it."""

    count: int | None
    shown: str


class DecideReportPolicy(TypedDict):
    """From how many people on something is counted, and which dimension is kept for longest when too few are joined."""

    keeps: NotRequired[Literal["category", "language", "area"] | None]
    threshold: int


class Deliver(TypedDict):
    """Up to 500 cards, of one device or several. A line that is not as it should be does not touch the others."""

    cards: 'list[DeliverCard | Any]'


class DeliverCard(TypedDict):
    """One card by the device's own number, which it keeps however often it is delivered."""

    by: NotRequired[Literal["person", "table"]]
    card_id: str
    category: NotRequired[Literal["advice", "childcare", "community", "company", "culture", "digital", "family", "food", "garden", "health", "household", "housing", "language", "learning", "repair", "shopping", "sport", "transport", "work"] | None]
    device_id: NotRequired[str | None]
    image: NotRequired[str | None]
    language: str
    participant_id: NotRequired[str | None]
    question: Literal[1, 2]
    table_id: str
    text: str
    translation: 'NotRequired[Translation | None]'
    visibility: NotRequired[Literal["table", "plenary"]]
    written_at: NotRequired[str | None]


class Delivered(TypedDict):
    """What became of one line."""

    card_id: str | None
    clock_doubtful: NotRequired[bool]
    id: NotRequired[str | None]
    late: NotRequired[bool]
    problem: 'NotRequired[ProblemBody | None]'
    state: Literal["kept", "known", "conflict", "refused"]
    version: NotRequired[int | None]
    wordings: 'NotRequired[list[WordingPublic]]'


class Delivery(TypedDict):
    """The results, in the order of the lines, and how many there are of each."""

    conflict: int
    kept: int
    known: int
    refused: int
    results: 'list[Delivered]'


class DeliveryAttempt(TypedDict):
    """One attempt: the status that was answered, or why there is none. What was answered beyond is not read."""

    at: str
    milliseconds: int
    reason: NotRequired[str | None]
    status: int | None


class DeliveryPublic(TypedDict):
    """One message: a fact for a webhook. `webhook-id` in its headers is `event_id`, at each attempt."""

    at: str
    attempts: 'list[DeliveryAttempt]'
    created_at: str
    event_id: str
    id: str
    next_attempt_at: str | None
    state: Literal["waiting", "delivered", "failed"]
    subject: str
    type: str
    updated_at: str
    webhook_id: str


class DirectoryContactEntry(TypedDict):
    """One way to reach somebody."""

    kind: Literal["phone", "email", "address", "other"]
    value: str


class DirectoryHouseholdPublic(TypedDict):
    """A household as those see it who may: `members` are the participants in it whom the caller may see."""

    adults: int
    children: 'list[Children]'
    id: str
    members: list[str]
    updated_at: str
    version: int


class Dissolution(TypedDict):
    why: str


class DoNotAskAgain(TypedDict):
    """For good, or until a moment."""

    until: NotRequired[str | None]


class DuplicateMerge(TypedDict):
    """Which of the two stays, and which fields it takes from the other."""

    survivor: str
    take: NotRequired[dict[str, Literal["survivor", "absorbed"]]]


class DuplicatePublic(TypedDict):
    """Two entries of one kind that may be the same, how likely that is (0 to 1), and why."""

    created_at: str
    entry_ids: list[str]
    id: str
    kind: Literal["organisations", "groups", "micro-providers", "places", "services", "participants"]
    likelihood: Literal["likely", "possible"]
    merge_id: str | None
    reasons: 'list[DuplicateReason]'
    refused_at: str | None
    refused_because: str | None
    score: float
    state: Literal["open", "refused", "merged"]
    updated_at: str
    version: int


class DuplicateReason(TypedDict):
    """One thing that speaks for (a weight above nought) or against it. It quotes nothing of what was compared."""

    factor: str
    says: str
    weight: float


class DuplicateRefusal(TypedDict):
    """Why the two are not the same. Name nobody here."""

    reason: str


class DuplicatesLook(TypedDict):
    """Look at one entry now, or at everything of a kind in the background."""

    entry_id: NotRequired[str | None]
    kind: Literal["organisations", "groups", "micro-providers", "places", "services", "participants"]


class DuplicatesLooked(TypedDict):
    """What is suspected of the entry; of everything nothing yet, the look being `queued`."""

    items: 'list[DuplicatePublic]'
    queued: bool


class Elected(TypedDict):
    """`votes` is null where counts are withheld."""

    candidate_id: str
    votes: int | None


class ElectionPublic(TypedDict):
    """A secret vote shows no counts before it is closed and counted: between two votes they would show who chose whom."""

    council_id: str
    counts: 'list[VotesFor]'
    counts_withheld: bool
    created_at: str
    electorate: Literal["all_together", "by_language"]
    held_on: str
    id: str
    method: Literal["meeting", "ballot"]
    quotas: 'list[Quota]'
    result: 'ElectionResult | None'
    seats: int
    seats_by_language: dict[str, int] | None
    settled_at: str | None
    settlements: 'list[SettledTie]'
    state: Literal["open", "closed", "tied", "settled"]
    turnout: 'ElectionTurnout'
    updated_at: str
    version: int
    votes_each: int


class ElectionResult(TypedDict):
    """Who is elected; if some are `tied`, `places` of them are still to be chosen. `vacant` seats stay empty."""

    elected: 'list[Elected]'
    places: int
    tied: list[str]
    vacant: int


class ElectionTurnout(TypedDict):
    """People who voted. `by_language` counts those whose language community is known."""

    by_language: dict[str, int]
    voted: int


class ElectoratePublic(TypedDict):
    agreed: int | None
    council_id: str
    created_at: str
    id: str
    language: str
    people: int
    updated_at: str
    version: int


class Entry(TypedDict):
    """One capability, need, outcome or answer: its words, short marks, and lines with labels."""

    lines: 'NotRequired[list[Line]]'
    marks: NotRequired[list[str]]
    text: str


class EntryPublic(TypedDict):
    """An answer as somebody gave it once."""

    answered_at: str
    answered_by: Literal["person", "caseworker", "representative", "app"]
    author: str | None
    caller: str
    client_id: str | None
    created_at: str
    device_id: str | None
    id: str
    interpreter: str | None
    language: str
    question_id: str
    replaces: list[str]
    value: Any


class EraseBody(TypedDict):
    """Why somebody is erased, and who asked for it. No free text: it would stay."""

    reason: Literal["withdrawn", "objected", "no_longer_needed", "unlawful", "died", "other"]
    requested_by: Literal["person", "representative", "organisation", "authority"]


class ErasurePublic(TypedDict):
    """How far an erasure has come: how many rows each service took away, and who has yet to answer."""

    acknowledged: dict[str, dict[str, int]]
    created_at: str
    finished_at: str | None
    id: str
    missing: list[str]
    participant_id: str
    reason: str
    requested_by: str
    state: str


class EvaluateProject(TypedDict):
    """How a trial went, by role who says so, and whether it goes on."""

    by: str
    goes_on: bool
    language: str
    on: str
    text: str


class Evaluation(TypedDict):
    by: str
    goes_on: bool
    language: str
    on: str
    text: str


class Event(TypedDict):
    """One fact: `type` such as `offer.created`, the id of what it is about, and related ids or states."""

    at: str
    id: str
    ids: dict[str, Any]
    subject: str
    tenant: str
    type: str


class ExamplePublic(TypedDict):
    """`own`: a need of this table; `card`: another table's; `instrument`: an example; `strength`: a question."""

    category: str | None
    language: str
    origin: Literal["own", "card", "instrument", "strength"]
    text: str


class ExportPublic(TypedDict):
    """Everything held about one person, by service and table."""

    also: list[str]
    made_at: str
    missing: list[str]
    person: str
    services: dict[str, dict[str, list[dict[str, Any]]]]


class ExternalId(TypedDict):
    """What another system calls this: unique per tenant, collection and system."""

    system: str
    value: str


class FacetCount(TypedDict):
    """How many of what was found are so."""

    count: int
    label: str
    value: str


class Factors(TypedDict):
    """Each factor's share of the score; together they are the score."""

    availability: float
    category: float
    concept: float
    distance: float
    fairness: float
    language: float
    text: float


class FairnessPublic(TypedDict):
    """How evenly turns are shared, and who has not helped yet."""

    difference: float
    greatest: float
    households: 'list[CommunityHouseholdPublic]'
    jain: float
    least: float
    not_yet: list[str]
    volunteers: 'list[LoadPublic]'


class FairnessReport(TypedDict):
    """How evenly people were asked in the last thirty days. `…_tenth` is the part of the whole that a tenth has."""

    busiest_tenth: float
    givers: int
    hours: float
    median_shown: float
    most_shown_tenth: float
    never_shown: int
    open_offers: int


Feed = Page['Event']


class FeedCreate(TypedDict):
    """A feed to read. `mode` full also deletes what the feed no longer has; changed-since asks for changes alone."""

    every_hours: NotRequired[int | None]
    format: NotRequired[Literal["open-referral"]]
    mode: NotRequired[Literal["changed-since", "full"]]
    source: str
    stop_at_share: NotRequired[float]
    url: str


class FeedPatch(TypedDict):
    every_hours: NotRequired[int | None]
    mode: NotRequired[Literal["changed-since", "full"] | None]
    stop_at_share: NotRequired[float | None]
    url: NotRequired[str | None]


class FeedPublic(TypedDict):
    """A feed, and how its last import ended: `state` and `counts` are that import's; idle before the first."""

    counts: dict[str, int]
    created_at: str
    every_hours: int | None
    format: str
    held_by: str
    id: str
    last_import_id: str | None
    last_run_at: str | None
    mode: str
    next_run_at: str | None
    source: str
    state: str
    stop_at_share: float
    updated_at: str
    url: str
    version: int


class FeedbackCreate(TypedDict):
    """What one side says: how welcome it was (1 to 5), what changed in its own words, and whether it would again."""

    outcome_text: NotRequired[str | None]
    rating: int
    side: Literal["need", "offer"]
    would_again: bool


class FeedbackPublic(TypedDict):
    created_at: str
    id: str
    match_id: str
    outcome_text: str | None
    rating: int
    side: Literal["need", "offer"]
    would_again: bool


class FieldError(TypedDict):
    """One thing wrong with one field: where (`source`: body, query, path, header; JSON pointer `path`) and what."""

    message: str
    path: str
    source: str


class FieldOrigin(TypedDict):
    """Where one field came from, and the rule that decides whose word counts."""

    at: str | None
    field: str
    rule: Literal["owner", "newest", "here", "narrower"]
    system: str


class FieldRule(TypedDict):
    """The rule of one field, where another system pushes it and somebody changes it here."""

    field: str
    rule: Literal["owner", "newest", "here", "narrower"]


class FieldRules(TypedDict):
    """The rules of all fields that other systems may push."""

    fields: 'list[FieldRule]'
    rules: dict[str, str]


class FinishProject(TypedDict):
    result: str


class ForSide(TypedDict):
    """Which side decides."""

    side: Literal["need", "offer"]


class FormCouncil(TypedDict):
    """The task is what people agree to; `quotas` hold for its elections; `project_limit` for each project."""

    area: NotRequired[str | None]
    currency: NotRequired[str]
    external_ids: 'NotRequired[list[ExternalId]]'
    language: str
    languages: list[str]
    name: str
    project_limit: NotRequired[int]
    quotas: 'NotRequired[list[Quota]]'
    seats: int
    task: str
    term_ends: NotRequired[str | None]
    term_starts: NotRequired[str | None]


class FoundingOrganisation(TypedDict):
    """The organisation that a partnership begins with, such as the council."""

    name: str


class FreshnessPolicyPublic(TypedDict):
    """What holds here; `version` 0 while nobody has decided otherwise."""

    ask_after_months: int
    hide_after_months: int
    version: int


class FreshnessPolicyPut(TypedDict):
    """After how many months the holder is asked, and after how many the public feed hides the entry."""

    ask_after_months: NotRequired[int]
    hide_after_months: NotRequired[int]


class GapPublic(TypedDict):
    """One row. What the report is not grouped by is null, and so is what is not known."""

    area: NotRequired[str | None]
    capabilities: 'CountPublic'
    category: NotRequired[str | None]
    concept: NotRequired[str | None]
    language: NotRequired[str | None]
    met: 'CountPublic'
    needs: 'CountPublic'
    people: str
    period: NotRequired[str | None]
    published: 'CountPublic'
    unasked: 'CountPublic'
    unmet: 'CountPublic'
    withheld: bool


class GapReport(TypedDict):
    """`withheld` rows lack something that would tell on somebody; `counted_elsewhere` says what became of it."""

    counted_elsewhere: str | None
    group_by: list[Literal["category", "concept", "area", "language", "period"]]
    items: 'list[GapPublic]'
    threshold: int


class GiveCounts(TypedDict):
    """The votes of a show of hands: for each candidate, and how many people were present, in all and by language."""

    counts: 'list[VotesFor]'
    present: int
    present_by_language: NotRequired[dict[str, int] | None]


class GoTo(TypedDict):
    """The question that a table goes on to, or comes back to."""

    question: Literal[1, 2]


class GroupPublic(TypedDict):
    """Like cards. `label` is in `label_language`, which is not the one asked for where nobody has named it so."""

    cards: 'list[SeenCard]'
    concept: str | None
    created_at: str
    id: str
    image: str | None
    label: str
    label_language: str
    labels: dict[str, str]
    origin: Literal["suggestion", "hand"]
    question: int
    round_table_id: str
    updated_at: str
    version: int


class HeldCheck(TypedDict):
    """A check that she holds, such as of a criminal record: which, when, by whom, until when; never what it says."""

    checked_by: str
    checked_on: str
    kind: str
    valid_until: str


class History(TypedDict):
    items: 'list[EntryPublic]'


class HoursCreate(TypedDict):
    """Hours that one side gave the other on one day: the offer's, unless said otherwise."""

    day: str
    given_by: NotRequired[Literal["need", "offer"]]
    seconds: int


class HoursPublic(TypedDict):
    created_at: str
    day: str
    given_by: Literal["need", "offer"]
    id: str
    match_id: str
    need_confirmed_at: str | None
    offer_confirmed_at: str | None
    seconds: int
    state: Literal["stated", "confirmed"]
    updated_at: str
    version: int


class HouseholdPut(TypedDict):
    """Who lives with her: how many, nobody's name. It replaces what was said before, for all who share it."""

    adults: int
    children: 'NotRequired[list[Children]]'
    shared_with: NotRequired[str | None]


class Identifier(TypedDict):
    """A number in a public register."""

    scheme: str
    value: str


class IdentityProviderPatch(TypedDict):
    """A change. All tokens that were obtained by signing in there end at once, unless the name alone changes."""

    algorithms: NotRequired[list[str] | None]
    audiences: NotRequired[list[str] | None]
    authorised_parties: NotRequired[list[str] | None]
    exclusive: NotRequired[bool | None]
    issuer: NotRequired[str | None]
    jwks_uri: NotRequired[str | None]
    longest_age: NotRequired[int | None]
    name: NotRequired[str | None]
    provision: NotRequired[bool | None]
    required_claims: NotRequired[dict[str, bool | int | str] | None]
    roles: NotRequired[dict[str, list[str]] | None]
    roles_claim: NotRequired[str | None]
    subject_claim: NotRequired[Literal["sub", "oid"] | None]


class IdentityProviderPublic(TypedDict):
    """An identity provider. Cando keeps no secret of it."""

    algorithms: list[str]
    audiences: list[str]
    authorised_parties: list[str]
    created_at: str
    exclusive: bool
    id: str
    issuer: str
    jwks_uri: str | None
    longest_age: int
    name: str
    organisation_id: str
    provision: bool
    required_claims: dict[str, bool | int | str]
    roles: dict[str, list[str]]
    roles_claim: str | None
    subject_claim: Literal["sub", "oid"]
    updated_at: str
    version: int


class ImageAnswers(TypedDict):
    category: str
    count: int
    label: str
    tables: 'list[TableAnswers]'


class ImportCreate(TypedDict):
    """Files to take in. `source` names the directory they come from: its ids are remembered under that name."""

    files: 'list[ImportFile]'
    format: Literal["hsds-csv", "open-referral"]
    source: str


class ImportFile(TypedDict):
    """A file of the import: its name says what is in it, where the format has several."""

    content: str
    name: str


class ImportLinePublic(TypedDict):
    """What could not be used as it was: a whole line, or one field of it, and why."""

    field: str | None
    file: str
    line: int
    outcome: str
    reason: str


class ImportPublic(TypedDict):
    """An import: how far it is, and how many entries were created, updated, unchanged, deleted or refused."""

    counts: dict[str, int]
    created_at: str
    done: float
    feed_id: str | None
    finished_at: str | None
    format: str
    id: str
    mode: str
    per_second: float
    source: str
    started_at: str | None
    state: Literal["uploading", "queued", "running", "suspect", "finished", "incomplete", "failed", "cancelled"]
    updated_at: str
    version: int


class ImportResponses(TypedDict):
    responses: 'list[Paper]'


class Imported(TypedDict):
    known: int
    survey_id: str
    taken: int


class ImportedPublic(TypedDict):
    carried: dict[str, int]
    instrument: 'InstrumentPublic'
    not_carried: 'list[LossPublic]'


class InstrumentCreateInput(TypedDict):
    """The whole definition of an instrument, with its words. The server counts its versions."""

    choices: NotRequired[dict[str, list[str]]]
    default_language: NotRequired[str]
    name: str
    questions: 'list[QuestionInInput]'
    scores: 'NotRequired[list[ScoreIn]]'
    sections: 'list[SectionInInput]'
    translations: 'NotRequired[dict[str, WordingIn] | None]'
    use: NotRequired[Literal["assessment", "survey", "round_table"]]


class InstrumentCreateOutput(TypedDict):
    """The whole definition of an instrument, with its words. The server counts its versions."""

    choices: NotRequired[dict[str, list[str]]]
    default_language: NotRequired[str]
    name: str
    questions: 'list[QuestionInOutput]'
    scores: 'NotRequired[list[ScoreIn]]'
    sections: 'list[SectionInOutput]'
    translations: 'NotRequired[dict[str, WordingIn] | None]'
    use: NotRequired[Literal["assessment", "survey", "round_table"]]


class InstrumentPatch(TypedDict):
    """What is to change in a draft; what is left out stays. Texts of what is gone go with it."""

    choices: NotRequired[dict[str, list[str]] | None]
    default_language: NotRequired[str | None]
    questions: 'NotRequired[list[QuestionInInput] | None]'
    scores: 'NotRequired[list[ScoreIn] | None]'
    sections: 'NotRequired[list[SectionInInput] | None]'
    use: NotRequired[Literal["assessment", "survey", "round_table"] | None]


class InstrumentPublic(TypedDict):
    """`fallbacks` names each text that is not in the asked language, and the one it is in instead."""

    created_at: str | None
    default_language: str
    fallbacks: dict[str, str]
    held_by: str | None
    id: str
    introduction: str | None
    language: str
    languages: list[str]
    name: str
    questions: 'list[QuestionPublic]'
    review: Literal["original", "reviewed", "unreviewed"]
    rules: list[str]
    scores: 'list[ScorePublic]'
    sections: 'list[SectionPublic]'
    shipped: bool
    shown: str
    state: Literal["draft", "published", "withdrawn"]
    strength_prompts: list[str]
    title: str
    unreviewed: list[str]
    updated_at: str | None
    use: Literal["assessment", "survey", "round_table"]
    version: int


class InstrumentSummary(TypedDict):
    """`language` is what was asked for, `shown` what the texts are in, `review` who has read those."""

    created_at: str | None
    default_language: str
    held_by: str | None
    id: str
    language: str
    languages: list[str]
    name: str
    review: Literal["original", "reviewed", "unreviewed"]
    shipped: bool
    shown: str
    state: Literal["draft", "published", "withdrawn"]
    title: str
    updated_at: str | None
    use: Literal["assessment", "survey", "round_table"]
    version: int


class Introduction(TypedDict):
    """How to reach the other side; `withheld` says for whom not, and why. It is not kept anywhere: read it now."""

    contacts: 'dict[str, list[MatchingContactEntry] | None]'
    match: 'MatchPublic'
    organisations: list[str]
    withheld: dict[str, str]


class InvitationPublic(TypedDict):
    came: int | None
    created_at: str
    id: str
    inviter: str
    language: str
    participant_id: str | None
    people: int
    round_table_id: str
    state: Literal["invited", "accepted", "declined", "attended"]
    updated_at: str
    version: int


class Invite(TypedDict):
    """`inviter` is a pseudonym: somebody who speaks the language and knows the people."""

    inviter: str
    language: str
    participant_id: NotRequired[str | None]
    people: NotRequired[int]


class InviterTurnout(TypedDict):
    accepted: int
    attended: int
    declined: int
    invited: int
    inviter: str


class Lab(TypedDict):
    """People with an interest in common, `staff` among them."""

    concept: str
    label: str
    need_ids: list[str]
    offer_ids: list[str]
    participants: int
    staff: list[str]


class LabChange(TypedDict):
    area: NotRequired[str | None]
    concepts: NotRequired[list[str]]
    external_ids: 'NotRequired[list[ExternalId]]'
    language: NotRequired[str]
    question: NotRequired[str]
    title: NotRequired[str]


class LabCreate(TypedDict):
    """A small group that works on one question; citizens and staff are both in it."""

    area: NotRequired[str | None]
    concepts: NotRequired[list[str]]
    external_ids: 'NotRequired[list[ExternalId]]'
    language: NotRequired[str]
    members: 'NotRequired[list[MemberCreate]]'
    question: str
    suggested_by: 'NotRequired[SuggestedBy | None]'
    title: str


class LabMeetingPublic(TypedDict):
    created_at: str
    decisions: list[str]
    held_on: str | None
    id: str
    interpreters: list[str]
    language: str | None
    notes: str | None
    place: str | None
    planned_for: str | None
    present: list[str]
    updated_at: str
    version: int


class LabMemberPublic(TypedDict):
    created_at: str
    id: str
    left_at: str | None
    organisation: str | None
    participant_id: str | None
    role: Literal["citizen", "staff", "facilitator"]
    staff_role: str | None
    updated_at: str
    version: int


class LabsCreate(TypedDict):
    """Small groups with a common interest, each with a member of staff."""

    category: NotRequired[Literal["advice", "childcare", "community", "company", "culture", "digital", "family", "food", "garden", "health", "household", "housing", "language", "learning", "repair", "shopping", "sport", "transport", "work"] | None]
    least: NotRequired[int]
    most: NotRequired[int]
    staff: list[str]


class LabsPublic(TypedDict):
    asked: 'LabsCreate'
    created_at: str
    finished_at: str | None
    id: str
    problem: str | None
    progress: float
    result: 'LabsResult | None'
    state: Literal["queued", "running", "done", "failed"]
    step: str
    updated_at: str
    version: int


class LabsResult(TypedDict):
    exact: bool
    labs: 'list[Lab]'
    note: str | None
    withdrawn: Literal["some"] | None


class LabsSummary(TypedDict):
    asked: 'LabsCreate'
    created_at: str
    finished_at: str | None
    id: str
    problem: str | None
    progress: float
    state: Literal["queued", "running", "done", "failed"]
    step: str
    updated_at: str
    version: int


class LanguagePublic(TypedDict):
    """How complete one language is: `there` of `texts` texts, `reviewed` of them written or read by natives."""

    language: str
    missing: list[str]
    review: Literal["original", "reviewed", "unreviewed"]
    reviewed: int
    texts: int
    there: int


class LanguageTurnout(TypedDict):
    accepted: int
    attended: int
    declined: int
    invited: int
    language: str


class LanguagesPublic(TypedDict):
    default_language: str
    items: 'list[LanguagePublic]'


class LayCard(TypedDict):
    """One card. By `card_id`, the device's own id of it, it counts once however often it is delivered."""

    by: NotRequired[Literal["person", "table"]]
    card_id: NotRequired[str | None]
    category: NotRequired[Literal["advice", "childcare", "community", "company", "culture", "digital", "family", "food", "garden", "health", "household", "housing", "language", "learning", "repair", "shopping", "sport", "transport", "work"] | None]
    device_id: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId]]'
    image: NotRequired[str | None]
    language: str
    participant_id: NotRequired[str | None]
    question: Literal[1, 2]
    text: str
    translation: 'NotRequired[Translation | None]'
    visibility: NotRequired[Literal["table", "plenary"]]
    written_at: NotRequired[str | None]


class LeaveCouncil(TypedDict):
    """From when; `settlement` is needed when those who would move up are tied."""

    because: NotRequired[str | None]
    on: str
    settlement: 'NotRequired[Settlement | None]'


class LedTo(TypedDict):
    """What came of it: a project, action plan or rota of yours, or a need or an offer."""

    id: str
    kind: Literal["project", "action_plan", "offer", "need", "rota"]


class LimitChange(TypedDict):
    amount: int
    at: str
    before: int
    by: str
    reason: str


class Line(TypedDict):
    """Something that is known of an item, under its label; an answer has its question above it, and no label."""

    label: str
    value: str


class LineRefused(TypedDict):
    """A line that cannot be used."""

    line: int
    reason: str


class LinkAsk(TypedDict):
    """A text as somebody says or writes it, at best with its language."""

    language: NotRequired[str | None]
    text: str


class LinkPublic(TypedDict):
    """A concept that the text is about: how likely (0 to 1), and from which character to before which it says so."""

    concept: str
    end: int
    label: str
    score: float
    start: int


class Links(TypedDict):
    """What a text is about, most likely first; the `note` says why that is nothing, or that not all was read."""

    items: 'list[LinkPublic]'
    note: NotRequired[str | None]


class ListingPatch(TypedDict):
    """What is to change; what is left out stays, and `null` empties what may be empty."""

    availability: 'NotRequired[list[Window] | None]'
    busy: 'NotRequired[list[Window] | None]'
    capacity: NotRequired[int | None]
    category: NotRequired[Literal["advice", "childcare", "community", "company", "culture", "digital", "family", "food", "garden", "health", "household", "housing", "language", "learning", "repair", "shopping", "sport", "transport", "work"] | None]
    concepts: NotRequired[list[str] | None]
    conditions: 'NotRequired[Conditions | None]'
    cost: NotRequired[int | None]
    exchange: NotRequired[Literal["gift", "credit"] | None]
    expires_at: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId] | None]'
    interpreter: NotRequired[bool | None]
    language: NotRequired[str | None]
    languages: NotRequired[list[str] | None]
    means: NotRequired[list[Literal["in_person", "phone", "online"]] | None]
    minutes: NotRequired[int | None]
    place: 'NotRequired[Point | None]'
    reach_km: NotRequired[float | None]
    released_text: NotRequired[str | None]
    settings: NotRequired[list[Literal["alone", "group"]] | None]
    text: NotRequired[str | None]
    title: NotRequired[str | None]
    visibility: NotRequired[Literal["private", "matching", "public"] | None]


class LoadPublic(TypedDict):
    """What one volunteer has done and is to do."""

    done: int
    helped_before: int
    household: str
    load: float
    missed: int
    name_shown: str
    planned: int
    volunteer_id: str


class LookPublic(TypedDict):
    """Somebody looked: when, who, at what, what for."""

    action: str
    at: str
    kind: Literal["app", "staff", "person", "service"]
    organisation: str | None
    organisation_id: str | None
    purpose: str | None
    says: str
    service: str
    staff_id: str | None


class LooksPublic(TypedDict):
    """Who looked, in the order of time; `missing` are the services that do not answer at the moment."""

    items: 'list[LookPublic]'
    missing: NotRequired[list[str]]
    next: NotRequired[str | None]


class LossPublic(TypedDict):
    """Something that was not carried over: in which sheet, row and column, what it is, and why."""

    column: str
    row: int | None
    sheet: str
    what: str
    why: str


class MakeActionPlan(TypedDict):
    actions: 'NotRequired[list[AddAction]]'
    external_ids: 'NotRequired[list[ExternalId]]'
    language: str
    source: 'PlanSource'
    title: str


class MakeGroup(TypedDict):
    """A group made by hand: named in one or more languages, or after a concept or image, or both."""

    concept: NotRequired[str | None]
    image: NotRequired[str | None]
    labels: NotRequired[dict[str, str]]
    question: Literal[1, 2]


class MatchCreate(TypedDict):
    """Two to bring together. The note is read by both sides before they know each other."""

    expires_at: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId]]'
    need_id: str
    note: NotRequired[str | None]
    offer_id: str


class MatchPublic(TypedDict):
    category: str | None
    created_at: str
    exchange: str
    expires_at: str
    external_ids: 'list[ExternalId]'
    id: str
    need: 'SideState'
    need_id: str
    note: str | None
    offer: 'SideState'
    offer_id: str
    proposed_by: str
    reason: Literal["safeguarding", "complaint", "illness", "absence", "other"] | None
    seconds: int
    state: Literal["proposed", "accepted", "introduced", "active", "completed", "declined", "withdrawn", "suspended", "expired"]
    suspended_by: str | None
    suspended_from: Literal["proposed", "accepted", "introduced", "active", "completed", "declined", "withdrawn", "suspended", "expired"] | None
    updated_at: str
    version: int


class MatchingContactEntry(TypedDict):
    kind: str
    value: str


class MatchingState(TypedDict):
    """What matching has told: the listing it made, that listing's state, its matches and the state of the latest."""

    listing_id: str | None
    match: str | None
    matches: NotRequired[list[str]]
    met_at: str | None
    state: str | None


class MeetingChange(TypedDict):
    decisions: NotRequired[list[str]]
    held_on: NotRequired[str | None]
    interpreters: NotRequired[list[str]]
    language: NotRequired[str | None]
    notes: NotRequired[str | None]
    place: NotRequired[str | None]
    planned_for: NotRequired[str | None]
    present: NotRequired[list[str]]


class MeetingCreate(TypedDict):
    """A meeting that is planned (`planned_for`), or was held (`held_on`) with those present."""

    decisions: NotRequired[list[str]]
    held_on: NotRequired[str | None]
    interpreters: NotRequired[list[str]]
    language: NotRequired[str | None]
    notes: NotRequired[str | None]
    place: NotRequired[str | None]
    planned_for: NotRequired[str | None]
    present: NotRequired[list[str]]


class MemberCreate(TypedDict):
    """A seat: a participant, or the post of somebody who works here (`staff_role`)."""

    organisation: NotRequired[str | None]
    participant_id: NotRequired[str | None]
    role: Literal["citizen", "staff", "facilitator"]
    staff_role: NotRequired[str | None]


class MemberPublic(TypedDict):
    """`moved_up_for` is the member whose seat this one took; `succeeded_by` who took hers."""

    candidate_id: str
    council_id: str
    created_at: str
    election_id: str
    id: str
    language: str
    left_because: str | None
    moved_up_for: str | None
    name_shown: str
    participant_id: str | None
    since: str
    speaks_for: list[str]
    state: Literal["serving", "left", "ended"]
    succeeded_by: str | None
    until: str | None
    updated_at: str
    version: int
    votes: int | None


class Merge(TypedDict):
    """The group that takes the cards and the dots."""

    into: str


class MergeAnswers(TypedDict):
    answers: 'list[MergedAnswer]'


class MergePublic(TypedDict):
    """One entry that absorbed another. `stayed` says what an undoing left as it had become meanwhile."""

    absorbed_id: str
    created_at: str
    duplicate_id: str | None
    id: str
    kind: Literal["organisations", "groups", "micro-providers", "places", "services", "participants"]
    moved: int
    state: Literal["done", "undone"]
    stayed: list[str]
    survivor_id: str
    undone_at: str | None
    updated_at: str
    version: int


class Merged(TypedDict):
    """What became of each line, in their order, and every conflict that is open now."""

    conflicts: 'list[ConflictPublic]'
    items: 'list[MergedLine]'


class MergedAnswer(TypedDict):
    """One answer that a device gathered. `replaces` is the entry that its author had seen."""

    answered_at: str
    answered_by: NotRequired[Literal["person", "caseworker", "representative", "app"] | None]
    author: NotRequired[str | None]
    client_id: str
    device_id: NotRequired[str | None]
    interpreter: NotRequired[str | None]
    language: NotRequired[str | None]
    question_id: str
    replaces: NotRequired[str | None]
    value: str | float | bool | dict[str, Any] | list[Any]


class MergedLine(TypedDict):
    client_id: str
    entry_id: str | None
    outcome: Literal["kept", "repeated", "refused"]
    problem: 'ProblemBody | None'


class MessageCreate(TypedDict):
    """What to tell the other side. How to reach somebody belongs in it only once both have accepted."""

    side: NotRequired[Literal["need", "offer"] | None]
    text: str


class MessagePublic(TypedDict):
    """A message as both sides read it: from which side, and in whose voice; never a name."""

    created_at: str
    id: str
    match_id: str
    side: Literal["need", "offer"]
    text: str
    voice: Literal["person", "organisation"]


class MicroProviderCreate(TypedDict):
    access: NotRequired[list[Literal["step-free", "accessible-toilet", "hearing-loop", "sign-language", "large-print", "easy-read", "quiet-space", "accessible-parking", "assistance-dogs", "home-visits", "online"]]]
    accessibility: NotRequired[str | None]
    areas: NotRequired[list[str]]
    assured_by: NotRequired[str | None]
    assured_on: NotRequired[str | None]
    business_model: Literal["voluntary", "expenses-only", "social-enterprise", "commercial"]
    category: NotRequired[Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None]
    concepts: NotRequired[list[str]]
    cost: NotRequired[str | None]
    costs: 'NotRequired[list[Cost]]'
    description: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId]]'
    kind: Literal["supported-tenancies", "wellbeing-and-health", "leisure-and-arts", "holidays-and-short-breaks", "friendship-or-good-neighbour", "drop-in-centres-and-lunch-clubs", "advice-and-representation", "transport"]
    languages: NotRequired[list[str]]
    name: str
    opening: 'NotRequired[list[Window]]'
    organisation_id: NotRequired[str | None]
    paid: Literal["unpaid", "paid", "mixed"]
    place_ids: NotRequired[list[str]]
    public: NotRequired[bool]
    reach_km: NotRequired[float | None]
    trades_as: NotRequired[Literal["sole-trader", "partnership", "company", "informal"] | None]
    website: NotRequired[str | None]
    workers: NotRequired[int]


class MicroProviderPatch(TypedDict):
    access: NotRequired[list[Literal["step-free", "accessible-toilet", "hearing-loop", "sign-language", "large-print", "easy-read", "quiet-space", "accessible-parking", "assistance-dogs", "home-visits", "online"]] | None]
    accessibility: NotRequired[str | None]
    areas: NotRequired[list[str] | None]
    assured_by: NotRequired[str | None]
    assured_on: NotRequired[str | None]
    business_model: NotRequired[Literal["voluntary", "expenses-only", "social-enterprise", "commercial"] | None]
    category: NotRequired[Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None]
    concepts: NotRequired[list[str] | None]
    cost: NotRequired[str | None]
    costs: 'NotRequired[list[Cost] | None]'
    description: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId] | None]'
    kind: NotRequired[Literal["supported-tenancies", "wellbeing-and-health", "leisure-and-arts", "holidays-and-short-breaks", "friendship-or-good-neighbour", "drop-in-centres-and-lunch-clubs", "advice-and-representation", "transport"] | None]
    languages: NotRequired[list[str] | None]
    name: NotRequired[str | None]
    opening: 'NotRequired[list[Window] | None]'
    organisation_id: NotRequired[str | None]
    paid: NotRequired[Literal["unpaid", "paid", "mixed"] | None]
    place_ids: NotRequired[list[str] | None]
    public: NotRequired[bool | None]
    reach_km: NotRequired[float | None]
    trades_as: NotRequired[Literal["sole-trader", "partnership", "company", "informal"] | None]
    website: NotRequired[str | None]
    workers: NotRequired[int | None]


class MicroProviderPublic(TypedDict):
    access: list[str]
    accessibility: str | None
    areas: list[str]
    assured_by: str | None
    assured_on: str | None
    business_model: str
    category: str | None
    concepts: list[str]
    confirmed_at: str | None
    confirmed_by: str | None
    cost: str | None
    costs: 'list[Cost]'
    created_at: str
    description: str | None
    external_ids: 'list[ExternalId]'
    held_by: str | None
    id: str
    kind: str
    languages: list[str]
    name: str
    opening: 'list[Window]'
    organisation_id: str | None
    paid: str
    place_ids: list[str]
    public: bool
    reach_km: float | None
    source: str | None
    trades_as: str | None
    updated_at: str
    version: int
    website: str | None
    workers: int


class NamedResponse(TypedDict):
    """The response of an organisation that names itself."""

    answers: dict[str, Any]
    day: str
    id: str
    language: str
    organisation_id: str
    respondent_kind: str | None


class Naming(TypedDict):
    """What a concept is called in one language. `review`: has a native speaker read the label?"""

    also_called: list[str]
    label: str
    review: Literal["unreviewed", "reviewed"]


class NeedCandidate(TypedDict):
    category: str | None
    distance_km: int | None
    exchange: str
    factors: 'Factors'
    means: list[str]
    minutes: int | None
    need_id: str
    reasons: list[str]
    score: float
    title: str


class NeedCandidates(TypedDict):
    held_back: dict[str, int | str]
    items: 'list[NeedCandidate]'
    note: NotRequired[str | None]


class NeedCreate(TypedDict):
    """A new need. A demand that has still to be talked over is `stated`."""

    availability: 'NotRequired[list[Window]]'
    busy: 'NotRequired[list[Window]]'
    capacity: NotRequired[int]
    category: NotRequired[Literal["advice", "childcare", "community", "company", "culture", "digital", "family", "food", "garden", "health", "household", "housing", "language", "learning", "repair", "shopping", "sport", "transport", "work"] | None]
    concepts: NotRequired[list[str]]
    conditions: 'NotRequired[Conditions]'
    cost: NotRequired[int | None]
    exchange: NotRequired[Literal["gift", "credit"]]
    expires_at: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId]]'
    interpreter: NotRequired[bool]
    language: NotRequired[str]
    languages: NotRequired[list[str]]
    means: NotRequired[list[Literal["in_person", "phone", "online"]]]
    minutes: NotRequired[int | None]
    organisation_id: NotRequired[str | None]
    participant_id: NotRequired[str | None]
    place: 'NotRequired[Point | None]'
    reach_km: NotRequired[float | None]
    released_text: NotRequired[str | None]
    settings: NotRequired[list[Literal["alone", "group"]]]
    source: 'NotRequired[Source]'
    state: NotRequired[Literal["stated", "recognised", "open"]]
    text: NotRequired[str | None]
    title: str
    visibility: NotRequired[Literal["private", "matching", "public"]]


class NeedPublic(TypedDict):
    availability: 'list[Window]'
    busy: 'list[Window]'
    capacity: int
    category: str | None
    concepts: list[str]
    conditions: 'Conditions'
    cost: int | None
    created_at: str
    exchange: str
    expires_at: str | None
    external_ids: 'list[ExternalId]'
    held_by: str
    id: str
    interpreter: bool
    language: str
    languages: list[str]
    means: list[str]
    minutes: int | None
    organisation_id: str | None
    participant_id: str | None
    place: 'Point | None'
    reach_km: float | None
    released_text: str | None
    settings: list[str]
    source: 'SourcePublic'
    state: Literal["stated", "recognised", "open", "met", "withdrawn"]
    taken: int
    text: str | None
    title: str
    updated_at: str
    version: int
    visibility: str
    withheld: bool


class Negotiate(TypedDict):
    """What the person and the worker make of a need; when it is not recognised, why not."""

    outcome: Literal["recognised", "not_agreed"]
    person_agrees: bool
    why_not: NotRequired[str | None]
    worker: str


class NegotiationPublic(TypedDict):
    created_at: str
    id: str
    outcome: Literal["recognised", "not_agreed"]
    person_agrees: bool
    why_not: NotRequired[str | None]
    worker: str


class Negotiations(TypedDict):
    items: 'list[NegotiationPublic]'


class NewClient(TypedDict):
    """An app that acts for one organisation."""

    name: str
    organisation_id: str
    scopes: list[str]
    tenant_id: NotRequired[str | None]


class NewIdentityProvider(TypedDict):
    """Where the staff of one organisation sign in, and what is believed of the tokens that they get there."""

    algorithms: NotRequired[list[str]]
    audiences: list[str]
    authorised_parties: NotRequired[list[str]]
    exclusive: NotRequired[bool]
    issuer: str
    jwks_uri: NotRequired[str | None]
    longest_age: NotRequired[int]
    name: str
    organisation_id: str
    provision: NotRequired[bool]
    required_claims: NotRequired[dict[str, bool | int | str]]
    roles: NotRequired[dict[str, list[str]]]
    roles_claim: NotRequired[str | None]
    subject_claim: NotRequired[Literal["sub", "oid"]]


class NewSecret(TypedDict):
    """A further secret: the only time it is shown."""

    client_id: str
    client_secret: str
    created_at: str
    id: str


class NewStaff(TypedDict):
    """A member of staff, who acts through an app."""

    external_ids: 'NotRequired[list[ExternalId]]'
    label: str
    organisation_id: str
    scopes: list[str]


class NewTenant(TypedDict):
    """One neighbourhood partnership."""

    default_language: str
    name: str
    organisation: 'FoundingOrganisation'
    slug: str
    time_zone: str


class NewWebhook(TypedDict):
    """Where your organisation wants to be told of what."""

    description: NotRequired[str | None]
    event_types: list[str]
    url: str


class NoteAttendance(TypedDict):
    """Some people of one kind. With a participant it is that one person; without, a count that names nobody."""

    kind: str
    language: NotRequired[str | None]
    participant_id: NotRequired[str | None]
    people: NotRequired[int]
    table_id: NotRequired[str | None]


class NoteElectorate(TypedDict):
    """`people` may vote; `agreed` of them have agreed to the council's task."""

    agreed: NotRequired[int | None]
    language: str
    people: int


class NoticeCreate(TypedDict):
    """What people are told about one purpose. Once published it is never changed: a correction is a new version."""

    purpose: Literal["assessment", "matching", "introduction", "timebank", "referral", "research", "acting", "directory", "public_listing"]
    texts: 'list[NoticeText]'
    valid_from: NotRequired[str | None]
    version: str


class NoticePublic(TypedDict):
    """A published notice."""

    created_at: str
    id: str
    purpose: Literal["assessment", "matching", "introduction", "timebank", "referral", "research", "acting", "directory", "public_listing"]
    texts: 'list[NoticeText]'
    valid_from: str
    version: str


class NoticeText(TypedDict):
    """What is read out or shown in one language, and whether a native speaker vouches for it."""

    language: str
    review: NotRequired[Literal["reviewed", "unreviewed", "machine"]]
    text: str


class OAuthErrorBody(TypedDict):
    """What is wrong with a request for a token (RFC 6749, section 5.2)."""

    error: str
    error_description: str


class Occurrence(TypedDict):
    """One time that an activity takes place."""

    ends: str
    starts: str


class Occurrences(TypedDict):
    """When an activity takes place, earliest first; `more` when there are more than are shown."""

    items: 'list[Occurrence]'
    more: bool


class OfferCandidate(TypedDict):
    category: str | None
    distance_km: int | None
    exchange: str
    factors: 'Factors'
    means: list[str]
    minutes: int | None
    offer_id: str
    reasons: list[str]
    score: float
    title: str


class OfferCandidates(TypedDict):
    held_back: dict[str, int | str]
    items: 'list[OfferCandidate]'
    note: NotRequired[str | None]


class OfferCreate(TypedDict):
    """A new offer; it is open at once."""

    availability: 'NotRequired[list[Window]]'
    busy: 'NotRequired[list[Window]]'
    capacity: NotRequired[int]
    category: NotRequired[Literal["advice", "childcare", "community", "company", "culture", "digital", "family", "food", "garden", "health", "household", "housing", "language", "learning", "repair", "shopping", "sport", "transport", "work"] | None]
    concepts: NotRequired[list[str]]
    conditions: 'NotRequired[Conditions]'
    cost: NotRequired[int | None]
    exchange: NotRequired[Literal["gift", "credit"]]
    expires_at: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId]]'
    interpreter: NotRequired[bool]
    language: NotRequired[str]
    languages: NotRequired[list[str]]
    means: NotRequired[list[Literal["in_person", "phone", "online"]]]
    minutes: NotRequired[int | None]
    organisation_id: NotRequired[str | None]
    participant_id: NotRequired[str | None]
    place: 'NotRequired[Point | None]'
    reach_km: NotRequired[float | None]
    released_text: NotRequired[str | None]
    settings: NotRequired[list[Literal["alone", "group"]]]
    source: 'NotRequired[Source]'
    text: NotRequired[str | None]
    title: str
    visibility: NotRequired[Literal["private", "matching", "public"]]


class OfferPublic(TypedDict):
    availability: 'list[Window]'
    busy: 'list[Window]'
    capacity: int
    category: str | None
    concepts: list[str]
    conditions: 'Conditions'
    cost: int | None
    created_at: str
    exchange: str
    expires_at: str | None
    external_ids: 'list[ExternalId]'
    held_by: str
    id: str
    interpreter: bool
    language: str
    languages: list[str]
    means: list[str]
    minutes: int | None
    organisation_id: str | None
    participant_id: str | None
    place: 'Point | None'
    reach_km: float | None
    released_text: str | None
    settings: list[str]
    source: 'SourcePublic'
    state: Literal["open", "paused", "used_up", "withdrawn"]
    taken: int
    text: str | None
    title: str
    updated_at: str
    version: int
    visibility: str
    withheld: bool


class OpenElection(TypedDict):
    """`seats` in all, or by language; without them the council's. `by_language`: each community votes for its own."""

    electorate: Literal["all_together", "by_language"]
    held_on: str
    method: Literal["meeting", "ballot"]
    seats: NotRequired[int | dict[str, int] | None]
    votes_each: NotRequired[int]


class OptionPublic(TypedDict):
    key: str
    label: str


class OrganisationCreate(TypedDict):
    access: NotRequired[list[Literal["step-free", "accessible-toilet", "hearing-loop", "sign-language", "large-print", "easy-read", "quiet-space", "accessible-parking", "assistance-dogs", "home-visits", "online"]]]
    accessibility: NotRequired[str | None]
    areas: NotRequired[list[str]]
    assured_by: NotRequired[str | None]
    assured_on: NotRequired[str | None]
    category: NotRequired[Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None]
    concepts: NotRequired[list[str]]
    cost: NotRequired[str | None]
    costs: 'NotRequired[list[Cost]]'
    description: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId]]'
    identifiers: 'NotRequired[list[Identifier]]'
    kind: NotRequired[Literal["council", "charity", "time_bank", "community_group", "micro_provider", "business", "school", "health", "faith", "other"]]
    languages: NotRequired[list[str]]
    name: str
    opening: 'NotRequired[list[Window]]'
    parent_id: NotRequired[str | None]
    reach_km: NotRequired[float | None]
    website: NotRequired[str | None]


class OrganisationPatch(TypedDict):
    access: NotRequired[list[Literal["step-free", "accessible-toilet", "hearing-loop", "sign-language", "large-print", "easy-read", "quiet-space", "accessible-parking", "assistance-dogs", "home-visits", "online"]] | None]
    accessibility: NotRequired[str | None]
    areas: NotRequired[list[str] | None]
    assured_by: NotRequired[str | None]
    assured_on: NotRequired[str | None]
    category: NotRequired[Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None]
    concepts: NotRequired[list[str] | None]
    cost: NotRequired[str | None]
    costs: 'NotRequired[list[Cost] | None]'
    description: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId] | None]'
    identifiers: 'NotRequired[list[Identifier] | None]'
    kind: NotRequired[Literal["council", "charity", "time_bank", "community_group", "micro_provider", "business", "school", "health", "faith", "other"] | None]
    languages: NotRequired[list[str] | None]
    name: NotRequired[str | None]
    opening: 'NotRequired[list[Window] | None]'
    parent_id: NotRequired[str | None]
    reach_km: NotRequired[float | None]
    website: NotRequired[str | None]


class OrganisationPublic(TypedDict):
    access: list[str]
    accessibility: str | None
    areas: list[str]
    assured_by: str | None
    assured_on: str | None
    category: str | None
    concepts: list[str]
    confirmed_at: str | None
    confirmed_by: str | None
    cost: str | None
    costs: 'list[Cost]'
    created_at: str
    description: str | None
    external_ids: 'list[ExternalId]'
    held_by: str | None
    id: str
    identifiers: 'list[Identifier]'
    kind: str
    languages: list[str]
    name: str
    opening: 'list[Window]'
    parent_id: str | None
    reach_km: float | None
    source: str | None
    updated_at: str
    version: int
    website: str | None


class OutcomePublic(TypedDict):
    """`matches` are those of this assessment's needs and offers that it came of."""

    baseline: int | None
    concepts: list[str]
    created_at: str
    id: str
    importance: int | None
    language: str
    matches: list[str]
    ratings: 'list[RatingPublic]'
    text: str
    updated_at: str
    version: int
    wished: int | None


class Outcomes(TypedDict):
    items: 'list[OutcomePublic]'


class OverrideCreate(TypedDict):
    """Why somebody's record must be read without assignment or consent."""

    category: Literal["risk_to_life", "safeguarding", "medical_emergency", "legal_duty", "other"]
    participant_id: str
    reason: str


class OverridePublic(TypedDict):
    """Who broke the glass, why, until when it stays broken, and what a second member of staff thinks of it."""

    category: Literal["risk_to_life", "safeguarding", "medical_emergency", "legal_duty", "other"]
    created_at: str
    ends_at: str
    id: str
    note: str | None
    organisation_id: str
    participant_id: str
    reason: str
    reviewed_at: str | None
    reviewed_by: str | None
    staff_id: str
    updated_at: str
    verdict: Literal["justified", "unjustified"] | None
    version: int


class OverrideReview(TypedDict):
    """What a second member of staff thinks of it."""

    note: NotRequired[str | None]
    verdict: Literal["justified", "unjustified"]


class OwnerPublic(TypedDict):
    id: str
    kind: Literal["participant", "organisation", "group", "community"]


class PacePublic(TypedDict):
    """`thin`: the table has hardly spoken of what people can do; `prompts` help to come back to it."""

    capabilities: int
    come_back: 'list[ExamplePublic]'
    language: str
    needs: int
    prompts: 'list[PromptPublic]'
    question: int | None
    step: 'StepPublic'
    table_id: str
    thin: bool
    too_fast: bool


class Paces(TypedDict):
    tables: 'list[PacePublic]'


PageAccountPublic = Page['AccountPublic']


PageActionPlanPublic = Page['ActionPlanPublic']


PageActionPublic = Page['ActionPublic']


PageActivityPublic = Page['ActivityPublic']


PageAllocationSummary = Page['AllocationSummary']


PageAnswerPublic = Page['AnswerPublic']


PageAreaPublic = Page['AreaPublic']


PageAssessmentPublic = Page['AssessmentPublic']


PageAssignmentPublic = Page['AssignmentPublic']


PageAttendancePublic = Page['AttendancePublic']


PageBlockPublic = Page['BlockPublic']


PageCandidatePublic = Page['CandidatePublic']


PageCapabilityPublic = Page['CapabilityPublic']


PageCardPublic = Page['CardPublic']


PageCheckPublic = Page['CheckPublic']


PageClientPublic = Page['ClientPublic']


PageCoProductionLab = Page['CoProductionLab']


PageCommunityGroupPublic = Page['CommunityGroupPublic']


PageConnectionLine = Page['ConnectionLine']


PageConnectionPublic = Page['ConnectionPublic']


PageConnectionRunPublic = Page['ConnectionRunPublic']


PageConsentPublic = Page['ConsentPublic']


PageCouncilPublic = Page['CouncilPublic']


PageDeliveryPublic = Page['DeliveryPublic']


PageDuplicatePublic = Page['DuplicatePublic']


PageElectionPublic = Page['ElectionPublic']


PageElectoratePublic = Page['ElectoratePublic']


PageErasurePublic = Page['ErasurePublic']


PageFeedPublic = Page['FeedPublic']


PageFeedbackPublic = Page['FeedbackPublic']


PageGroupPublic = Page['GroupPublic']


PageHoursPublic = Page['HoursPublic']


PageIdentityProviderPublic = Page['IdentityProviderPublic']


PageImportLinePublic = Page['ImportLinePublic']


PageImportPublic = Page['ImportPublic']


PageInstrumentSummary = Page['InstrumentSummary']


PageInvitationPublic = Page['InvitationPublic']


PageLabMeetingPublic = Page['LabMeetingPublic']


PageLabMemberPublic = Page['LabMemberPublic']


PageLabsSummary = Page['LabsSummary']


PageMatchPublic = Page['MatchPublic']


PageMemberPublic = Page['MemberPublic']


PageMergePublic = Page['MergePublic']


PageMessagePublic = Page['MessagePublic']


PageMicroProviderPublic = Page['MicroProviderPublic']


PageNamedResponse = Page['NamedResponse']


PageNeedPublic = Page['NeedPublic']


PageNoticePublic = Page['NoticePublic']


PageOfferPublic = Page['OfferPublic']


PageOrganisationPublic = Page['OrganisationPublic']


PageOverridePublic = Page['OverridePublic']


PageParticipantPublic = Page['ParticipantPublic']


PagePersonPublic = Page['PersonPublic']


PagePlacePublic = Page['PlacePublic']


PagePostcodePublic = Page['PostcodePublic']


PageProjectPublic = Page['ProjectPublic']


PageProposalPublic = Page['ProposalPublic']


PagePublicationPublic = Page['PublicationPublic']


PageRelationPublic = Page['RelationPublic']


PageRetentionReportPublic = Page['RetentionReportPublic']


PageRightsRequestPublic = Page['RightsRequestPublic']


PageRingsSummary = Page['RingsSummary']


PageRiskPublic = Page['RiskPublic']


PageRotaPublic = Page['RotaPublic']


PageRoundTablePublic = Page['RoundTablePublic']


PageServicePublic = Page['ServicePublic']


PageSpendingPublic = Page['SpendingPublic']


PageStaffPublic = Page['StaffPublic']


PageStaleAsset = Page['StaleAsset']


PageStatedNeedPublic = Page['StatedNeedPublic']


PageSurveyPublic = Page['SurveyPublic']


PageSwapPublic = Page['SwapPublic']


PageTablePublic = Page['TablePublic']


PageTaxonomyPublic = Page['TaxonomyPublic']


PageTaxonomyTermPublic = Page['TaxonomyTermPublic']


PageTenantPublic = Page['TenantPublic']


PageTermPublic = Page['TermPublic']


PageTransferPublic = Page['TransferPublic']


PageTurnPublic = Page['TurnPublic']


PageVolunteerPublic = Page['VolunteerPublic']


PageWebhookPublic = Page['WebhookPublic']


class Paper(TypedDict):
    """A response that was given earlier, on paper: `day` is when."""

    answers: dict[str, Any]
    client_id: str
    day: NotRequired[str | None]
    language: str
    organisation_id: NotRequired[str | None]
    respondent_kind: NotRequired[Literal["citizen", "staff", "councillor", "organisation", "other"] | None]


class PartIn(TypedDict):
    """A part of a repeated question."""

    choices: NotRequired[str | None]
    concepts: NotRequired[list[str] | None]
    id: str
    least: NotRequired[int | float | None]
    most: NotRequired[int | float | None]
    public: NotRequired[bool]
    required: NotRequired[bool]
    step: NotRequired[int | float | None]
    type: str
    whole: NotRequired[bool]


class ParticipantCreate(TypedDict):
    """A participant to register. The caller's organisation becomes the one that registered her."""

    availability: 'NotRequired[list[Window]]'
    busy: 'NotRequired[list[Window]]'
    called: str
    consents: 'NotRequired[list[ConsentCreate]]'
    do_not_ask: NotRequired[bool]
    do_not_ask_until: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId]]'
    languages: 'NotRequired[list[Spoken]]'
    place: 'NotRequired[Point | None]'
    reach_km: NotRequired[float | None]
    travel: NotRequired[list[Literal["foot", "wheelchair", "bicycle", "bus", "car"]]]


class ParticipantPatch(TypedDict):
    """What can be changed about a participant. What is left out stays."""

    availability: 'NotRequired[list[Window] | None]'
    busy: 'NotRequired[list[Window] | None]'
    called: NotRequired[str | None]
    do_not_ask: NotRequired[bool | None]
    do_not_ask_until: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId] | None]'
    languages: 'NotRequired[list[Spoken] | None]'
    place: 'NotRequired[Point | None]'
    reach_km: NotRequired[float | None]
    travel: NotRequired[list[Literal["foot", "wheelchair", "bicycle", "bus", "car"]] | None]


class ParticipantPublic(TypedDict):
    """A participant as those see her who may."""

    availability: 'list[Window]'
    busy: 'list[Window]'
    called: str
    created_at: str
    do_not_ask: bool
    do_not_ask_until: str | None
    external_ids: 'list[ExternalId]'
    id: str
    languages: 'list[Spoken]'
    place: 'Point | None'
    reach_km: float | None
    registered_by: str
    travel: list[str]
    updated_at: str
    version: int


class Participation(TypedDict):
    """How often the account took part, whatever the hours: transfers and hours that stand, none of them weighed."""

    partners: int
    times_given: int
    times_received: int


class PersonCreate(TypedDict):
    areas: NotRequired[list[str]]
    category: NotRequired[Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None]
    concepts: NotRequired[list[str]]
    description: NotRequired[str | None]
    languages: NotRequired[list[str]]
    name: str
    opening: 'NotRequired[list[Window]]'
    participant_id: NotRequired[str | None]
    reach_km: NotRequired[float | None]


class PersonPatch(TypedDict):
    areas: NotRequired[list[str] | None]
    category: NotRequired[Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None]
    concepts: NotRequired[list[str] | None]
    description: NotRequired[str | None]
    languages: NotRequired[list[str] | None]
    name: NotRequired[str | None]
    opening: 'NotRequired[list[Window] | None]'
    reach_km: NotRequired[float | None]


class PersonPublic(TypedDict):
    areas: list[str]
    category: str | None
    concepts: list[str]
    created_at: str
    description: str | None
    held_by: str | None
    id: str
    languages: list[str]
    name: str
    opening: 'list[Window]'
    participant_id: str
    reach_km: float | None
    updated_at: str
    version: int


class PictureCard(TypedDict):
    """An image card: a concept of the vocabulary, what it is called, and the emoji that pictures it, if any."""

    icon: str | None
    key: str
    label: str


class PlaceAsked(TypedDict):
    """Around which point was searched, and how that point is known: by itself, by its postcode, by half of one."""

    known_by: str
    latitude: float
    longitude: float
    radius_km: float


class PlaceCreate(TypedDict):
    access: NotRequired[list[Literal["step-free", "accessible-toilet", "hearing-loop", "sign-language", "large-print", "easy-read", "quiet-space", "accessible-parking", "assistance-dogs", "home-visits", "online"]]]
    accessibility: NotRequired[str | None]
    address: 'NotRequired[Address]'
    areas: NotRequired[list[str]]
    assured_by: NotRequired[str | None]
    assured_on: NotRequired[str | None]
    category: NotRequired[Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None]
    concepts: NotRequired[list[str]]
    cost: NotRequired[str | None]
    costs: 'NotRequired[list[Cost]]'
    description: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId]]'
    languages: NotRequired[list[str]]
    latitude: NotRequired[float | None]
    longitude: NotRequired[float | None]
    name: str
    opening: 'NotRequired[list[Window]]'
    organisation_id: NotRequired[str | None]
    reach_km: NotRequired[float | None]
    time_zone: NotRequired[str | None]
    website: NotRequired[str | None]


class PlacePatch(TypedDict):
    access: NotRequired[list[Literal["step-free", "accessible-toilet", "hearing-loop", "sign-language", "large-print", "easy-read", "quiet-space", "accessible-parking", "assistance-dogs", "home-visits", "online"]] | None]
    accessibility: NotRequired[str | None]
    address: 'NotRequired[Address | None]'
    areas: NotRequired[list[str] | None]
    assured_by: NotRequired[str | None]
    assured_on: NotRequired[str | None]
    category: NotRequired[Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None]
    concepts: NotRequired[list[str] | None]
    cost: NotRequired[str | None]
    costs: 'NotRequired[list[Cost] | None]'
    description: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId] | None]'
    languages: NotRequired[list[str] | None]
    latitude: NotRequired[float | None]
    longitude: NotRequired[float | None]
    name: NotRequired[str | None]
    opening: 'NotRequired[list[Window] | None]'
    organisation_id: NotRequired[str | None]
    reach_km: NotRequired[float | None]
    time_zone: NotRequired[str | None]
    website: NotRequired[str | None]


class PlacePublic(TypedDict):
    access: list[str]
    accessibility: str | None
    address: 'Address'
    areas: list[str]
    assured_by: str | None
    assured_on: str | None
    category: str | None
    concepts: list[str]
    confirmed_at: str | None
    confirmed_by: str | None
    cost: str | None
    costs: 'list[Cost]'
    created_at: str
    description: str | None
    external_ids: 'list[ExternalId]'
    held_by: str | None
    id: str
    languages: list[str]
    latitude: float | None
    longitude: float | None
    name: str
    opening: 'list[Window]'
    organisation_id: str | None
    reach_km: float | None
    source: str | None
    time_zone: str | None
    updated_at: str
    version: int
    website: str | None


class PlanPublic(TypedDict):
    """The whole plan, day by day, and what is missing in it."""

    gaps: 'list[RotaGap]'
    optimal: bool | None
    rota_id: str
    slots: 'list[SlotPublic]'


class PlanRoundTable(TypedDict):
    """An evening: when, where, in which languages; the questions and images are the usual ones unless you say."""

    area: NotRequired[str | None]
    coordinates: 'NotRequired[Point | None]'
    dots_each: NotRequired[int]
    external_ids: 'NotRequired[list[ExternalId]]'
    host_language: NotRequired[str]
    images: NotRequired[list[str]]
    languages: list[str]
    place: NotRequired[str | None]
    questions: NotRequired[list[dict[str, str]]]
    starts_at: str
    title: str
    venue: 'NotRequired[Venue | None]'


class PlanSource(TypedDict):
    """Where the plan was agreed."""

    id: NotRequired[str | None]
    kind: Literal["workshop", "round_table", "council", "project", "lab", "rota"]


class PlanSurvey(TypedDict):
    """One wave: `instrument_id` is of the use survey, `wave` tells it from others with the same questions."""

    area: NotRequired[str | None]
    closes: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId]]'
    instrument_id: str
    languages: NotRequired[list[str]]
    opens: NotRequired[str | None]
    title: str
    wave: NotRequired[str | None]


class PlannedPair(TypedDict):
    """A need and the offer that was found for it; the factors add up to the score."""

    factors: 'Factors'
    need_id: str
    offer_id: str
    reasons: list[str]
    score: float


class Planning(TypedDict):
    """How a plan is made: in how many seconds, and whether gaps are accepted."""

    partial: NotRequired[bool]
    seconds: NotRequired[float]


class Point(TypedDict):
    """A place on the map, WGS 84."""

    latitude: float
    longitude: float


class PolicyPublic(TypedDict):
    """What the community has decided about the score, and what each factor can add to it."""

    fairness: float
    figures: dict[str, float] | None
    shares: dict[str, float]
    updated_at: str
    version: int
    weights_version: str


class PolicyPut(TypedDict):
    """How much of the score goes to those who are seldom asked: 0 is none, 0.5 the most."""

    fairness: float


class PostcodePlace(TypedDict):
    """Where a postcode is, and how well that is known: by itself, or by the middle of those that begin alike."""

    known_by: str
    latitude: float
    longitude: float


class PostcodePublic(TypedDict):
    """Where a postcode is. `outward` is its first half, in the form of the United Kingdom."""

    area: str | None
    code: str
    latitude: float
    longitude: float
    outward: str | None


class PostcodesLoaded(TypedDict):
    """What became of a list: how many lines were kept and refused, how many older postcodes went; the first flaws."""

    kept: int
    lines: 'list[LineRefused]'
    refused: int
    removed: int


class PresentationPublic(TypedDict):
    """A table, and in its turn what it showed. Without `presented_at` it has not presented yet."""

    cards: 'list[SeenCard]'
    language: str
    presented_as: int | None
    presented_at: str | None
    table_id: str


class Presentations(TypedDict):
    tables: 'list[PresentationPublic]'


class Priorities(TypedDict):
    """The groups, most dots first; `ties` names the groups that share a rank."""

    dots: int
    groups: 'list[PriorityPublic]'
    ties: list[list[str]]
    voters: int


class PriorityPublic(TypedDict):
    """A group's place by dots among those of its question."""

    dots: int
    group_id: str
    label: str
    label_language: str
    question: int
    rank: int
    share: float
    tied: bool


class Problem(TypedDict):
    """The shape of every error answer, as it stands in the OpenAPI document."""

    detail: NotRequired[str]
    errors: 'NotRequired[list[FieldError]]'
    status: int
    title: str
    type: str


class ProblemBody(TypedDict):
    """The shape of every error answer, as it stands in the OpenAPI document."""

    detail: NotRequired[str]
    errors: 'NotRequired[list[FieldError]]'
    status: int
    title: str
    type: str


class Progress(TypedDict):
    """How many actions are in which state; `overdue` are those of `open` and `doing` whose day is past."""

    doing: NotRequired[int]
    done: NotRequired[int]
    dropped: NotRequired[int]
    open: NotRequired[int]
    overdue: NotRequired[int]


class ProjectPublic(TypedDict):
    """`left` is what may still be spent. `trial_over`: the trial has ended and nobody has evaluated it yet."""

    agreement: 'Agreement | None'
    answers: 'list[Answers]'
    area: str | None
    budget: int
    council_id: str | None
    created_at: str
    currency: str
    evaluation: 'Evaluation | None'
    external_ids: list[dict[str, str]]
    id: str
    language: str
    left: int
    raises: 'list[BudgetRaise]'
    result: str | None
    round_table_id: str | None
    spent: int
    starts_on: str | None
    state: Literal["proposed", "agreed", "running", "finished", "stopped"]
    stopped_because: str | None
    text: str | None
    title: str
    trial_over: bool
    trial_until: str | None
    updated_at: str
    version: int


class PromptPublic(TypedDict):
    category: str | None
    language: str
    origin: Literal["card", "instrument"]
    text: str


class ProofPublic(TypedDict):
    """The chains of all services. Keep what it says elsewhere: it shows later that nothing was cut off or rewritten."""

    chains: 'list[ChainPublic]'
    missing: NotRequired[list[str]]
    sound: bool


class ProposalChanges(TypedDict):
    """What to say otherwise than proposed, or besides: fields of the entry that is made."""

    access: NotRequired[list[Literal["step-free", "accessible-toilet", "hearing-loop", "sign-language", "large-print", "easy-read", "quiet-space", "accessible-parking", "assistance-dogs", "home-visits", "online"]] | None]
    accessibility: NotRequired[str | None]
    address: 'NotRequired[Address | None]'
    areas: NotRequired[list[str] | None]
    business_model: NotRequired[Literal["voluntary", "expenses-only", "social-enterprise", "commercial"] | None]
    category: NotRequired[Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None]
    concepts: NotRequired[list[str] | None]
    cost: NotRequired[str | None]
    costs: 'NotRequired[list[Cost] | None]'
    description: NotRequired[str | None]
    kind: NotRequired[str | None]
    languages: NotRequired[list[str] | None]
    latitude: NotRequired[float | None]
    longitude: NotRequired[float | None]
    name: NotRequired[str | None]
    opening: 'NotRequired[list[Window] | None]'
    organisation_id: NotRequired[str | None]
    paid: NotRequired[Literal["unpaid", "paid", "mixed"] | None]
    place_ids: NotRequired[list[str] | None]
    public: NotRequired[bool | None]
    reach_km: NotRequired[float | None]
    time_zone: NotRequired[str | None]
    trades_as: NotRequired[Literal["sole-trader", "partnership", "company", "informal"] | None]
    website: NotRequired[str | None]
    workers: NotRequired[int | None]


class ProposalConfirm(TypedDict):
    """Make the entry; `activities` replaces those proposed, and an empty list makes none."""

    activities: 'NotRequired[list[ProposedActivity] | None]'
    as_kind: NotRequired[Literal["organisation", "group", "micro_provider", "place", "service", "activity"] | None]
    changes: 'NotRequired[ProposalChanges]'


class ProposalPublic(TypedDict):
    """A proposal; once confirmed it names the entry that was made."""

    activities: 'list[ActivityFacts]'
    ask_again_on: str | None
    asset_id: str | None
    asset_kind: str | None
    created_at: str
    decided_at: str | None
    decided_by: str | None
    facts: 'ProposedFacts'
    held_by: str
    id: str
    kind: Literal["organisation", "group", "micro_provider", "place", "service", "activity"]
    reason: str | None
    response_id: str
    state: Literal["open", "confirmed", "refused"]
    survey_id: str
    updated_at: str
    version: int


class ProposalRefuse(TypedDict):
    reason: str


class ProposeProject(TypedDict):
    """Something the community does itself. The budget is in minor units of the council's currency."""

    answers: 'NotRequired[list[Answers]]'
    area: NotRequired[str | None]
    budget: NotRequired[int]
    council_id: NotRequired[str | None]
    currency: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId]]'
    language: str
    round_table_id: NotRequired[str | None]
    starts_on: NotRequired[str | None]
    text: NotRequired[str | None]
    title: str
    trial_until: NotRequired[str | None]


class ProposedActivity(TypedDict):
    """What those who are proposed do, as an activity of theirs."""

    category: NotRequired[Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None]
    concepts: NotRequired[list[str]]
    cost: NotRequired[str | None]
    description: NotRequired[str | None]
    name: str
    opening: 'NotRequired[list[Window]]'


class ProposedFacts(TypedDict):
    """What was said for publication, as far as it fits."""

    access: NotRequired[list[str]]
    accessibility: NotRequired[str | None]
    address: 'NotRequired[Address | None]'
    areas: NotRequired[list[str]]
    business_model: NotRequired[str | None]
    description: NotRequired[str | None]
    kind: NotRequired[str | None]
    languages: NotRequired[list[str]]
    name: NotRequired[str | None]
    paid: NotRequired[str | None]
    trades_as: NotRequired[str | None]
    workers: NotRequired[int | None]


class PseudonymousProfile(TypedDict):
    """One side of a match: what it offers or needs, in which languages and about where; never who it is."""

    area: 'Point | None'
    category: str | None
    exchange: str
    kind: Literal["participant", "organisation"]
    languages: list[str]
    means: list[str]
    minutes: int | None
    released_text: str | None
    side: Literal["need", "offer"]
    yours: bool


class PseudonymousProfiles(TypedDict):
    """Both sides of a match, the need's first."""

    items: 'list[PseudonymousProfile]'


class PublicationPublic(TypedDict):
    availability: 'list[Window]'
    category: str
    concepts: list[str]
    conditions: dict[str, Any]
    created_at: str
    exchange: Literal["gift", "credit"]
    id: str
    kind: Literal["offer", "need"]
    language: str
    matching: 'MatchingState'
    means: list[str]
    minutes: int | None
    participant_id: str
    released_text: str | None
    source: 'PublicationSource'
    state: Literal["published", "withdrawn"]
    title: str
    updated_at: str
    version: int


class PublicationSource(TypedDict):
    id: str
    system: str


class Publish(TypedDict):
    """How to make it known. `released_text` is all that others read before both sides accept."""

    availability: 'NotRequired[list[Window]]'
    exchange: NotRequired[Literal["gift", "credit"]]
    means: NotRequired[list[Literal["in_person", "phone", "online"]]]
    minutes: NotRequired[int | None]
    released_text: NotRequired[str | None]
    title: str


class PublishAll(TypedDict):
    exchange: NotRequired[Literal["gift", "credit"]]


class PublishItem(TypedDict):
    """How to make it known; with `consent` where the person has not agreed to this one yet."""

    availability: 'NotRequired[list[Window]]'
    consent: 'NotRequired[Agree | None]'
    exchange: NotRequired[Literal["gift", "credit"]]
    means: NotRequired[list[Literal["in_person", "phone", "online"]]]
    minutes: NotRequired[int | None]
    released_text: NotRequired[str | None]
    title: str


class PublishedCardPublic(TypedDict):
    """`shown`: its own words are in the language asked for, its translation is, or neither."""

    image: str
    language: str
    shown: Literal["original", "translation", "untranslated"]
    text: str
    translation: 'TranslationPublic | None'


class PublishedGroupPublic(TypedDict):
    """Like cards. `count` is all of them, also those whose words are not shown."""

    cards: 'list[PublishedCardPublic]'
    count: int
    dots: int
    id: str
    label: 'WordsPublic'
    rank: int
    share: float
    tied: bool


class PublishedImagePublic(TypedDict):
    count: int
    image: str
    label: 'WordsPublic'


class PublishedPublic(TypedDict):
    """The published results in `language`; `languages` are those that they can be read in."""

    dots: int
    language: str
    languages: list[str]
    people: int
    published_at: str
    questions: 'list[PublishedQuestionPublic]'
    starts_at: str
    title: str
    voters: int


class PublishedQuestionPublic(TypedDict):
    """`others` are the cards that stand alone."""

    count: int
    groups: 'list[PublishedGroupPublic]'
    images: 'list[PublishedImagePublic]'
    others: 'list[PublishedCardPublic]'
    question: Literal[1, 2]
    text: 'WordsPublic'


class PutAnswer(TypedDict):
    """The value is of the question's type: a text, a choice, a number, a list of choices, or a list of entries."""

    answered_at: NotRequired[str | None]
    answered_by: NotRequired[Literal["person", "caseworker", "representative", "app"] | None]
    author: NotRequired[str | None]
    device_id: NotRequired[str | None]
    interpreter: NotRequired[str | None]
    language: NotRequired[str | None]
    resolves: NotRequired[list[str]]
    value: str | float | bool | dict[str, Any] | list[Any]


class PutGroup(TypedDict):
    """The group that a card belongs to; `null` takes it out of any."""

    group_id: str | None


class PutVote(TypedDict):
    """All of a voter's dots: those that were set before are replaced."""

    dots: dict[str, int]


class QuestionAnswers(TypedDict):
    count: int
    images: 'list[ImageAnswers]'
    question: int
    texts: dict[str, str]


class QuestionInInput(TypedDict):
    choices: NotRequired[str | None]
    concepts: NotRequired[list[str] | None]
    done_already: NotRequired[bool]
    fills: NotRequired[str | None]
    id: str
    least: NotRequired[int | float | None]
    makes: NotRequired[Literal["capability", "need", "outcome"] | None]
    most: NotRequired[int | float | None]
    parts: 'NotRequired[list[PartIn] | None]'
    public: NotRequired[bool]
    repeats: NotRequired[bool]
    required: NotRequired[bool]
    section: str
    show_if: 'NotRequired[ConditionInput | None]'
    step: NotRequired[int | float | None]
    type: str
    whole: NotRequired[bool]


class QuestionInOutput(TypedDict):
    choices: NotRequired[str | None]
    concepts: NotRequired[list[str] | None]
    done_already: NotRequired[bool]
    fills: NotRequired[str | None]
    id: str
    least: NotRequired[int | float | None]
    makes: NotRequired[Literal["capability", "need", "outcome"] | None]
    most: NotRequired[int | float | None]
    parts: 'NotRequired[list[PartIn] | None]'
    public: NotRequired[bool]
    repeats: NotRequired[bool]
    required: NotRequired[bool]
    section: str
    show_if: 'NotRequired[ConditionOutput | None]'
    step: NotRequired[int | float | None]
    type: str
    whole: NotRequired[bool]


class QuestionPublic(TypedDict):
    """A question; the answer to one that repeats is a list of entries, each with the `parts` that are known."""

    cards: 'list[PictureCard]'
    choices: str | None
    done_already: bool
    examples: list[str]
    fills: str | None
    hint: str | None
    id: str
    least: float | None
    least_text: str | None
    makes: str | None
    most: float | None
    most_text: str | None
    options: 'list[OptionPublic]'
    parts: 'list[QuestionPublic]'
    prompts: list[str]
    public: bool
    repeats: bool
    required: bool
    section: str
    show_if: dict[str, Any] | None
    step: float | None
    text: str
    type: str
    whole: bool


class QuestionResult(TypedDict):
    """`n` answered it. `texts` are there for the holder alone, shuffled, apart from every other answer."""

    choices: 'list[ChoicePublic]'
    id: str
    mean: float | None
    n: int | None
    text: str
    texts: list[str] | None
    type: str
    withheld: bool


class Quota(TypedDict):
    """At least so many seats for a language, or for candidates who speak for a line such as `women`."""

    at_least: int
    by: Literal["language", "line"]
    of: str


class RaiseBudget(TypedDict):
    """How much is added, who decided that (by role), and why."""

    amount: int
    by: str
    reason: str


class RaiseLimit(TypedDict):
    """What one project may cost from now on, who decided that (a role), and why."""

    amount: int
    by: str
    reason: str


class Rate(TypedDict):
    """Where she stands with it; `assessment_id` is the assessment in which she said so."""

    assessment_id: NotRequired[str | None]
    at: NotRequired[str | None]
    author: NotRequired[str | None]
    value: int


class RatingPublic(TypedDict):
    assessment_id: str | None
    at: str
    author: str | None
    value: int


class Reassess(TypedDict):
    """What is not said is taken over; `instrument_id` may name a newer version."""

    instrument_id: NotRequired[str | None]
    interpreter: NotRequired[str | None]
    language: NotRequired[str | None]


class RecordOrigins(TypedDict):
    """Where a record came from, and each of its fields."""

    fields: 'list[FieldOrigin]'
    system: str


class Recovered(TypedDict):
    """How many failed deliveries are sent again; ten thousand at most, then ask once more."""

    recovered: int


class Recovery(TypedDict):
    """A period, by when the facts happened; without an end, until now."""

    since: str
    until: NotRequired[str | None]


class RelationCreate(TypedDict):
    """This participant cares for, acts for, or is family of another."""

    basis: NotRequired[Literal["power_of_attorney", "parental", "informal"] | None]
    evidence_seen_by: NotRequired[str | None]
    kind: Literal["carer_of", "acts_for", "family_of"]
    other_id: str
    valid_from: NotRequired[str | None]
    valid_until: NotRequired[str | None]


class RelationPublic(TypedDict):
    """A relation as it looks from `participant_id`, whichever end of it that is."""

    basis: Literal["power_of_attorney", "parental", "informal"] | None
    confirmed_at: str | None
    created_at: str
    ended_at: str | None
    evidence_seen_by: str | None
    holds: bool
    id: str
    other_id: str
    participant_id: str
    relation: Literal["carer_of", "cared_for_by", "acts_for", "represented_by", "family_of"]
    updated_at: str
    valid_from: str | None
    valid_until: str | None
    version: int


class Replanning(TypedDict):
    from_day: str
    partial: NotRequired[bool]
    seconds: NotRequired[float]


class ReportPolicyPublic(TypedDict):
    """`decided` says whether the tenant has decided it, or it is the usual."""

    decided: bool
    keeps: Literal["category", "language", "area"]
    threshold: int
    updated_at: str | None
    version: int


class ReportPublic(TypedDict):
    """How the cards stand: `not_published` have consent, but are not published now."""

    anonymous: int
    not_published: int
    published: int
    without_consent: int


class Representative(TypedDict):
    """Who decides with the person, or for her: a role, never a name."""

    basis: Literal["parent", "guardian", "power_of_attorney", "court_appointed", "supporter"]
    participant_id: NotRequired[str | None]
    role: str
    since: NotRequired[str | None]


class Resolve(TypedDict):
    answered_by: NotRequired[Literal["person", "caseworker", "representative", "app"] | None]
    author: NotRequired[str | None]
    device_id: NotRequired[str | None]
    entry_id: str
    interpreter: NotRequired[str | None]


class Respond(TypedDict):
    """Who answers stays unknown. `client_id` is a random number by which a response delivered twice counts once."""

    answers: dict[str, Any]
    client_id: str
    language: str
    organisation_id: NotRequired[str | None]
    respondent_kind: NotRequired[Literal["citizen", "staff", "councillor", "organisation", "other"] | None]


class RestrictBody(TypedDict):
    """Why nothing may be done with what is held about somebody, or why it may be again."""

    reason: Literal["contested", "unlawful", "needed_for_a_claim", "objected"]


class RestrictionPublic(TypedDict):
    """Whether the use of somebody's data is restricted."""

    participant_id: str
    reason: str | None
    restricted_at: str | None


class ResultCard(TypedDict):
    language: str
    text: str
    translation: 'TranslationPublic | None'


class Results(TypedDict):
    """What the tables said, and the groups of like cards by the dots that they were given."""

    dots: int
    groups: 'list[PriorityPublic]'
    questions: 'list[QuestionAnswers]'
    voters: int


class RetentionCounts(TypedDict):
    """How many rows of a kind were older than its period, and how many of them ended."""

    gone: int
    older: int


class RetentionKindPublic(TypedDict):
    """A kind of data: what it is, how it ends, how long it is kept here, and the latest count of what is older."""

    counted_at: str | None
    counts: 'RetentionCounts | None'
    default_months: int | None
    ends: str
    enforce: bool
    kind: str
    months: int | None
    service: str
    table: str
    why: str


class RetentionPublic(TypedDict):
    """Everything that is kept for a time, in every service that answers."""

    kinds: 'list[RetentionKindPublic]'
    missing: list[str]


class RetentionPut(TypedDict):
    """Periods by kind. Kinds that are left out stay as they are."""

    rules: 'dict[str, RetentionRuleBody]'


class RetentionReportPublic(TypedDict):
    """One run: how many rows of each kind were old, and how many of them ended."""

    created_at: str
    id: str
    kinds: 'dict[str, RetentionCounts]'
    missing: list[str]


class RetentionRuleBody(TypedDict):
    """For how many months a kind is kept (null: for ever), and whether what is older ends by itself."""

    enforce: NotRequired[bool]
    months: int | None


class Reversal(TypedDict):
    reason: str


class ReviewIn(TypedDict):
    """A native speaker has read these texts: all of the language, unless `keys` name some."""

    by: str
    keys: NotRequired[list[str] | None]


class RightsRequestCreate(TypedDict):
    """What somebody asked for. It must be answered within a month of the day on which it was received."""

    asked: NotRequired[str | None]
    kind: Literal["access", "rectify", "restrict", "erase", "object"]
    participant_id: str
    received_on: NotRequired[str | None]


class RightsRequestPatch(TypedDict):
    """The answer to a request: what was done, or why it was refused."""

    answer: str
    state: Literal["done", "refused"]


class RightsRequestPublic(TypedDict):
    """What somebody asked for, by when it must be answered, and the answer."""

    answer: str | None
    asked: str | None
    closed_at: str | None
    created_at: str
    due_on: str
    id: str
    kind: str
    overdue: bool
    participant_id: str
    received_on: str
    state: str
    updated_at: str
    version: int


class Ring(TypedDict):
    likely: float
    participants: int
    steps: 'list[RingStep]'
    worth: float


class RingStep(TypedDict):
    """Whoever offers helps whoever needs; whoever needs offers in the next step, the last one's in the first."""

    need_id: str
    offer_id: str
    score: float


class RingsCreate(TypedDict):
    """Rings in which everybody gives and everybody gets: how long, and from how many candidates of each need."""

    candidates_each: NotRequired[int]
    category: NotRequired[Literal["advice", "childcare", "community", "company", "culture", "digital", "family", "food", "garden", "health", "household", "housing", "language", "learning", "repair", "shopping", "sport", "transport", "work"] | None]
    least_score: NotRequired[float]
    max_length: NotRequired[int]


class RingsPublic(TypedDict):
    asked: 'RingsCreate'
    created_at: str
    finished_at: str | None
    id: str
    problem: str | None
    progress: float
    result: 'RingsResult | None'
    state: Literal["queued", "running", "done", "failed"]
    step: str
    updated_at: str
    version: int


class RingsResult(TypedDict):
    exact: bool
    held_back: dict[str, int | str]
    helped: int
    note: str | None
    possible: int | None
    rings: 'list[Ring]'
    withdrawn: Literal["some"] | None


class RingsSummary(TypedDict):
    asked: 'RingsCreate'
    created_at: str
    finished_at: str | None
    id: str
    problem: str | None
    progress: float
    state: Literal["queued", "running", "done", "failed"]
    step: str
    updated_at: str
    version: int


class RiskCreate(TypedDict):
    """A risk that was weighed. People stand here by role or pseudonym, not by name."""

    agreed_by: str
    mitigation: str
    weighed_by: str
    what: str


class RiskPublic(TypedDict):
    agreed_by: str
    created_at: str
    id: str
    match_id: str
    mitigation: str
    weighed_by: str
    what: str


class RiskWeighed(TypedDict):
    created_at: str
    decided: Literal["accept", "mitigate", "not_now"]
    id: str
    likelihood: NotRequired[Literal["low", "medium", "high"] | None]
    mitigation: str
    risk: str
    weighed_by: str


class Risks(TypedDict):
    items: 'list[RiskWeighed]'


class RotaChange(TypedDict):
    """What may change at any time, and, before the first plan, everything that the plan follows from."""

    area: NotRequired[str | None]
    different_households: NotRequired[bool]
    external_ids: 'NotRequired[list[ExternalId]]'
    helpers_each: NotRequired[int]
    language: NotRequired[str]
    languages: NotRequired[Literal["none", "prefer"]]
    least_done: NotRequired[float]
    places: NotRequired[list[str]]
    project_id: NotRequired[str | None]
    rule: NotRequired[str]
    starts_on: NotRequired[str]
    title: NotRequired[str]
    trial_until: NotRequired[str | None]
    weeks: NotRequired[int]


class RotaCreate(TypedDict):
    """On which days, at which places, and how many each time. Name `weekdays`, or a `rule` (RFC 5545)."""

    area: NotRequired[str | None]
    different_households: NotRequired[bool]
    external_ids: 'NotRequired[list[ExternalId]]'
    helpers_each: NotRequired[int]
    language: NotRequired[str]
    languages: NotRequired[Literal["none", "prefer"]]
    least_done: NotRequired[float]
    places: list[str]
    project_id: NotRequired[str | None]
    rule: NotRequired[str | None]
    starts_on: str
    title: str
    trial_until: NotRequired[str | None]
    weekdays: NotRequired[list[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]] | None]
    weeks: int


class RotaGap(TypedDict):
    """So many are missing at a place on a day, and why: `left` where somebody left after the plan was made."""

    day: str
    missing: int
    place: str
    why: Literal["people", "households", "day", "limits", "left"]


class RotaLanguage(TypedDict):
    contributed: int
    done: int
    language: str | None
    volunteers: int


class RotaPublic(TypedDict):
    area: str | None
    created_at: str
    different_households: bool
    external_ids: list[dict[str, str]]
    held_by: str
    helpers_each: int
    id: str
    language: str
    languages: Literal["none", "prefer"]
    least_done: float
    optimal: bool | None
    places: list[str]
    project_id: str | None
    rule: str
    starts_on: str
    state: Literal["drafted", "planned"]
    title: str
    trial_until: str | None
    updated_at: str
    version: int
    weeks: int


class RotaReport(TypedDict):
    """How it went up to today, or to the end of the trial."""

    by: str
    done: int
    done_share: float | None
    due: int
    full_meeting_suggested: bool
    households: 'list[CommunityHouseholdPublic]'
    languages: 'list[RotaLanguage]'
    missed: int
    trial_over: bool
    trial_until: str | None
    unmarked: int
    why: str | None


class RoundTablePublic(TypedDict):
    area: str | None
    closed_at: str | None
    coordinates: 'Point | None'
    created_at: str
    dots_each: int
    external_ids: list[dict[str, str]]
    host_language: str
    id: str
    images: list[str]
    languages: list[str]
    place: str | None
    questions: list[dict[str, str]]
    results_published_at: str | None
    starts_at: str
    state: Literal["planned", "inviting", "open", "plenary", "closed"]
    title: str
    updated_at: str
    venue: 'Venue | None'
    version: int


class RoundTableReport(TypedDict):
    """Your organisation's evenings that took place. `cards`: by question, 1 what is needed, 2 what people can do."""

    by_kind: dict[str, int]
    cards: dict[str, int]
    communities: 'list[CommunityPublic]'
    counted: int
    evenings: int
    named: int
    people: int
    people_without_language: int


class SafeguardsPublic(TypedDict):
    """What safety gates may know of a participant. Every reading of it is on record."""

    born_on: str | None
    checks: 'list[HeldCheck]'
    gender: Literal["female", "male", "diverse"] | None
    guardian_agreed: bool
    participant_id: str
    updated_at: str
    version: int


class SafeguardsPut(TypedDict):
    """What safety gates may know of her; it replaces what was there before, and what is left out is taken back."""

    born_on: NotRequired[str | None]
    checks: 'NotRequired[list[HeldCheck]]'
    gender: NotRequired[Literal["female", "male", "diverse"] | None]
    guardian_agreed: NotRequired[bool]


class ScoreIn(TypedDict):
    key: str
    method: Literal["sum", "mean", "share"]
    questions: list[str]
    reversed: NotRequired[list[str]]
    values: NotRequired[dict[str, int | float]]


class ScorePublic(TypedDict):
    key: str
    method: str
    questions: list[str]
    reversed: list[str]
    title: str
    values: dict[str, float]


class ScoreResult(TypedDict):
    key: str
    mean: float | None
    n: int | None
    spread: 'list[ValueCount]'
    text: str


class Seat(TypedDict):
    """One helper of a slot."""

    name_shown: str
    state: Literal["planned", "done", "missed", "swapped", "freed", "replanned"]
    turn_id: str
    volunteer_id: str


class SecretPublic(TypedDict):
    """That there is a secret; never what it is."""

    created_at: str
    id: str


class SecretRotation(TypedDict):
    """How long messages are signed with the old secret too."""

    old_secret_lives: NotRequired[int]


class Section(TypedDict):
    """Entries under a heading."""

    items: 'NotRequired[list[Entry]]'
    key: str
    title: str


class SectionInInput(TypedDict):
    key: str
    show_if: 'NotRequired[ConditionInput | None]'


class SectionInOutput(TypedDict):
    key: str
    show_if: 'NotRequired[ConditionOutput | None]'


class SectionPublic(TypedDict):
    introduction: str | None
    key: str
    show_if: dict[str, Any] | None
    title: str


class SeenCard(TypedDict):
    """A card as the plenary sees it: it does not say who wrote it."""

    id: str
    image: str
    language: str
    question: int
    table_id: str
    text: str
    translation: 'TranslationPublic | None'


class ServiceCreate(TypedDict):
    access: NotRequired[list[Literal["step-free", "accessible-toilet", "hearing-loop", "sign-language", "large-print", "easy-read", "quiet-space", "accessible-parking", "assistance-dogs", "home-visits", "online"]]]
    accessibility: NotRequired[str | None]
    alert: NotRequired[str | None]
    areas: NotRequired[list[str]]
    assured_by: NotRequired[str | None]
    assured_on: NotRequired[str | None]
    category: NotRequired[Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None]
    codes: NotRequired[list[str]]
    concepts: NotRequired[list[str]]
    cost: NotRequired[str | None]
    costs: 'NotRequired[list[Cost]]'
    description: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId]]'
    languages: NotRequired[list[str]]
    maximum_age: NotRequired[int | None]
    minimum_age: NotRequired[int | None]
    name: str
    opening: 'NotRequired[list[Window]]'
    organisation_id: str
    place_ids: NotRequired[list[str]]
    reach_km: NotRequired[float | None]
    status: NotRequired[Literal["active", "inactive", "temporarily_closed"]]
    website: NotRequired[str | None]


class ServicePatch(TypedDict):
    access: NotRequired[list[Literal["step-free", "accessible-toilet", "hearing-loop", "sign-language", "large-print", "easy-read", "quiet-space", "accessible-parking", "assistance-dogs", "home-visits", "online"]] | None]
    accessibility: NotRequired[str | None]
    alert: NotRequired[str | None]
    areas: NotRequired[list[str] | None]
    assured_by: NotRequired[str | None]
    assured_on: NotRequired[str | None]
    category: NotRequired[Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None]
    codes: NotRequired[list[str] | None]
    concepts: NotRequired[list[str] | None]
    cost: NotRequired[str | None]
    costs: 'NotRequired[list[Cost] | None]'
    description: NotRequired[str | None]
    external_ids: 'NotRequired[list[ExternalId] | None]'
    languages: NotRequired[list[str] | None]
    maximum_age: NotRequired[int | None]
    minimum_age: NotRequired[int | None]
    name: NotRequired[str | None]
    opening: 'NotRequired[list[Window] | None]'
    organisation_id: NotRequired[str | None]
    place_ids: NotRequired[list[str] | None]
    reach_km: NotRequired[float | None]
    status: NotRequired[Literal["active", "inactive", "temporarily_closed"] | None]
    website: NotRequired[str | None]


class ServicePublic(TypedDict):
    access: list[str]
    accessibility: str | None
    alert: str | None
    areas: list[str]
    assured_by: str | None
    assured_on: str | None
    category: str | None
    codes: list[str]
    concepts: list[str]
    confirmed_at: str | None
    confirmed_by: str | None
    cost: str | None
    costs: 'list[Cost]'
    created_at: str
    description: str | None
    external_ids: 'list[ExternalId]'
    held_by: str | None
    id: str
    languages: list[str]
    maximum_age: int | None
    minimum_age: int | None
    name: str
    opening: 'list[Window]'
    organisation_id: str
    place_ids: list[str]
    reach_km: float | None
    source: str | None
    status: str
    updated_at: str
    version: int
    website: str | None


class SetTable(TypedDict):
    """A table of one language community; who facilitates and interprets, by role or pseudonym."""

    facilitator: NotRequired[str | None]
    interpreter: NotRequired[str | None]
    language: str


class Settle(TypedDict):
    """`present` keeps what the card says; `delivered` takes the other wording. The one not taken stays beside it."""

    wording: Literal["present", "delivered"]


class SettleElection(TypedDict):
    leave_vacant: NotRequired[bool]
    settlement: 'NotRequired[Settlement | None]'


class SettledTie(TypedDict):
    at: str
    chosen: list[str]
    places: int
    seed: str | None
    settled_by: Literal["lot", "runoff", "agreement"]
    tied: list[str]
    witness: str


class Settlement(TypedDict):
    """How a tie was settled. A lot is drawn from a `seed`; a runoff or an agreement names those `chosen`."""

    chosen: NotRequired[list[str]]
    seed: NotRequired[str | None]
    settled_by: Literal["lot", "runoff", "agreement"]
    witness: str


class Sharing(TypedDict):
    """What has to be so before she shares it, as matching understands it. `conditions` says it in her own words."""

    checks: NotRequired[list[str]]
    gender: NotRequired[Literal["female", "male", "diverse"] | None]
    grown_up: NotRequired[bool]


class SideState(TypedDict):
    """What one side has decided, and whether the caller may decide for it."""

    accepted_at: str | None
    yours: bool


class SittingPublic(TypedDict):
    created_at: str
    ended_at: str | None
    id: str
    interpreter: str | None
    place: str | None
    present: list[str]
    started_at: str


class Sittings(TypedDict):
    items: 'list[SittingPublic]'


class SlotPublic(TypedDict):
    day: str
    helpers: 'list[Seat]'
    place: str


class Source(TypedDict):
    """Where it comes from, and what it is called there."""

    id: NotRequired[str | None]
    system: NotRequired[Literal["direct", "assessment", "round_table", "directory", "time_bank"]]


class SourcePublic(TypedDict):
    id: str | None
    system: str


class Spend(TypedDict):
    """A sum that was spent or came back. Nothing of it changes afterwards: a mistake is put right by a refund."""

    amount: int
    by_role: str
    kind: NotRequired[Literal["spend", "refund"]]
    on: str
    receipt: NotRequired[str | None]
    what: str


class SpendingPublic(TypedDict):
    amount: int
    by_role: str
    created_at: str
    id: str
    kind: Literal["spend", "refund"]
    on: str
    project_id: str
    receipt: str | None
    updated_at: str
    version: int
    what: str


class Spoken(TypedDict):
    """A language somebody speaks, and how well."""

    level: NotRequired[Literal["basic", "good", "fluent", "native"]]
    tag: str


class StaffPublic(TypedDict):
    """A member of staff."""

    created_at: str
    external_ids: 'list[ExternalId]'
    id: str
    label: str
    organisation_id: str
    scopes: list[str]
    updated_at: str
    version: int


class StaffUpsert(TypedDict):
    """What an upsert says about a member of staff; the external id stands in the address."""

    label: str
    organisation_id: str
    scopes: list[str]


class StaleAsset(TypedDict):
    """An entry that nobody has confirmed for long; `hidden` when the public feed shows it no more."""

    asked_at: str | None
    confirmed_at: str
    held_by: str | None
    hidden: bool
    id: str
    kind: Literal["organisation", "group", "micro_provider", "place", "service", "activity"]
    name: str


class Stand(TypedDict):
    """Under which name somebody stands (she chooses it), and for whom she speaks."""

    language: str
    name_shown: str
    participant_id: NotRequired[str | None]
    speaks_for: NotRequired[list[str]]


class StartAssessment(TypedDict):
    """Whose assessment, with which instrument, in which language; who interpreted or acted for the person."""

    acted_for_by: NotRequired[str | None]
    area: NotRequired[str | None]
    decides_with_representative: NotRequired[bool]
    external_ids: 'NotRequired[list[ExternalId]]'
    instrument_id: str
    interpreter: NotRequired[str | None]
    language: str
    participant_id: str
    representative: 'NotRequired[Representative | None]'
    review_on: NotRequired[str | None]
    under_18: NotRequired[bool]


class StartProject(TypedDict):
    on: str


class StatedNeedPublic(TypedDict):
    agreed: bool | None
    agreed_at: str | None
    category: str | None
    concepts: list[str]
    concepts_confirmed_at: str | None
    concepts_confirmed_by: str | None
    concepts_suggested: 'list[SuggestedConcept]'
    created_at: str
    id: str
    language: str
    own_effort: str | None
    state: Literal["stated", "recognised", "not_agreed"]
    text: str
    updated_at: str
    urgency: Literal["now", "soon", "can_wait"] | None
    version: int
    why: str | None


class Statement(TypedDict):
    """What happened on an account, oldest first; balances, totals and counts are of the whole time asked for."""

    account_id: str
    closing_seconds: int
    given_seconds: int
    items: 'list[StatementLine]'
    next: NotRequired[str | None]
    opening_seconds: int
    participation: 'Participation'
    received_seconds: int


class StatementLine(TypedDict):
    at: str
    balance_seconds: int
    kind: str
    match_id: str | None
    other_account: str
    other_kind: Literal["participant", "organisation", "group", "community"]
    reason: str
    seconds: int
    transfer_id: str
    withheld: NotRequired[bool]


class StepPublic(TypedDict):
    """Where a table should be now, and why."""

    question: int | None
    reason: Literal["hear_needs", "go_on", "stay", "come_back", "enough"]


class StopProject(TypedDict):
    because: str


class StrengthPrompt(TypedDict):
    """`source` says where it comes from: her own words, an image card, what others here offer, or the instrument."""

    about: list[str]
    icon: str | None
    language: str
    source: Literal["named", "card", "community", "instrument"]
    text: str


class StrengthsPublic(TypedDict):
    """The capability side is thin when nothing was named, or less than half as much as needs; then prompts are here."""

    capabilities: int
    needs: int
    prompts: 'list[StrengthPrompt]'
    thin: bool


class Suggested(TypedDict):
    """How many cards were grouped just now."""

    grouped: int


class SuggestedBy(TypedDict):
    """A group that matching suggests: its plan (`/v1/labs`), and its place in the list as you read it, from 1."""

    concept: NotRequired[str | None]
    lab_plan_id: str
    number: int


class SuggestedConcept(TypedDict):
    """`share` says how likely the words are about it, from 0 to 1."""

    concept: str
    share: float


class Summary(TypedDict):
    """The whole copy. `language` is the one that its headings are in, `asked` the one that was asked for."""

    asked: str
    direction: str
    head: list[str]
    language: str
    none: str
    sections: 'list[Section]'
    title: str


class SurveyPublic(TypedDict):
    area: str | None
    closes: str | None
    created_at: str
    external_ids: list[dict[str, str]]
    held_by: str
    id: str
    instrument_id: str
    languages: list[str]
    opens: str | None
    state: Literal["open", "closed"]
    title: str
    updated_at: str
    version: int
    wave: str | None


class SurveyResults(TypedDict):
    """`withheld` when too few have answered. Of an open survey the latest responses are not counted yet."""

    note: str
    questions: 'list[QuestionResult]'
    responses: int | None
    scores: 'list[ScoreResult]'
    survey: 'SurveyPublic'
    withheld: bool


class Suspension(TypedDict):
    """Why it is halted, as a code."""

    reason: Literal["safeguarding", "complaint", "illness", "absence", "other"]


class SwapCreate(TypedDict):
    """Ask somebody to take a turn (`to_volunteer_id`), or to change it for hers (`with_turn_id`)."""

    to_volunteer_id: NotRequired[str | None]
    turn_id: str
    with_turn_id: NotRequired[str | None]


class SwapPublic(TypedDict):
    created_at: str
    id: str
    state: Literal["proposed", "accepted", "declined", "lapsed"]
    to_volunteer_id: str
    turn_id: str
    updated_at: str
    version: int
    with_turn_id: str | None


class TableAnswers(TypedDict):
    """How many cards one table laid; those shown to the plenary with their words."""

    cards: 'list[ResultCard]'
    count: int
    table_id: str


class TablePublic(TypedDict):
    created_at: str
    facilitator: str | None
    id: str
    interpreter: str | None
    language: str
    presented_as: int | None
    presented_at: str | None
    question: int | None
    question_opened: dict[str, str]
    round_table_id: str
    updated_at: str
    version: int


class Taken(TypedDict):
    """What became of a response: taken, or known from an earlier delivery. Nothing else is told of it."""

    client_id: str
    state: Literal["taken", "known"]
    survey_id: str


class TaxonomyPublic(TypedDict):
    description: str | None
    edition: str | None
    id: str
    name: str
    source: str | None
    uri: str | None


class TaxonomyTermPublic(TypedDict):
    code: str
    description: str | None
    id: str
    name: str
    parent_id: str | None
    taxonomy_id: str
    uri: str | None


class TenantPublic(TypedDict):
    """A tenant, and the organisation it was founded by."""

    created_at: str
    default_language: str
    id: str
    name: str
    organisation_id: str
    slug: str
    time_zone: str
    updated_at: str
    version: int


class TermCreate(TypedDict):
    """A name of a concept, as it is said here."""

    category: NotRequired[Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None]
    concept: str
    language: str
    text: str


class TermPublic(TypedDict):
    """A name that a community has given to a concept."""

    category: str
    concept: str
    created_at: str
    created_by: str
    id: str
    language: str
    text: str
    version: int


class TieMatches(TypedDict):
    matches: list[str]


class TimebankPolicy(TypedDict):
    """What the community has decided for its accounts; version 0: nothing yet."""

    credit_limit_seconds: int | None
    debit_limit_seconds: int
    high_alert_seconds: int | None
    low_alert_seconds: int | None
    updated_at: str
    version: int


class TimebankPolicyPut(TypedDict):
    """What counts for every account that does not say otherwise. What is left out is not limited, or not told."""

    credit_limit_seconds: NotRequired[int | None]
    debit_limit_seconds: int
    high_alert_seconds: NotRequired[int | None]
    low_alert_seconds: NotRequired[int | None]


class TokenAnswer(TypedDict):
    """An opaque access token (RFC 6749, section 5.1; RFC 8693, section 2.2.1)."""

    access_token: str
    expires_in: int
    issued_token_type: NotRequired[str | None]
    scope: str
    token_type: str


class TransferCreate(TypedDict):
    external_ids: 'NotRequired[list[ExternalId]]'
    from_account: str
    kind: NotRequired[Literal["transfer", "donation", "opening"]]
    reason: str
    seconds: int
    to_account: str


class TransferPublic(TypedDict):
    """Hours that went from one account to another."""

    created_at: str
    external_ids: 'list[ExternalId]'
    from_account: str
    id: str
    kind: Literal["transfer", "hours", "donation", "reversal", "opening"]
    made_by: str
    match_id: str | None
    reason: str
    reverses: str | None
    seconds: int
    state: Literal["posted", "reversed"]
    to_account: str
    updated_at: str
    version: int
    withheld: NotRequired[bool]


class Translation(TypedDict):
    """What the card says in another language, and who put it so (a role or pseudonym, or the machine's name)."""

    by: NotRequired[str | None]
    language: str
    text: str


class TranslationPublic(TypedDict):
    by: str | None
    language: str
    text: str


class TurnPublic(TypedDict):
    created_at: str
    day: str
    id: str
    instead_of: str | None
    place: str
    state: Literal["planned", "done", "missed", "swapped", "freed", "replanned"]
    updated_at: str
    version: int
    volunteer_id: str


class Turnout(TypedDict):
    attendance: 'AttendanceCounts'
    inviters: 'list[InviterTurnout]'
    languages: 'list[LanguageTurnout]'
    total: 'TurnoutPublic'


class TurnoutPublic(TypedDict):
    """People, not invitations. `invited` is everybody; the others say where they are now."""

    accepted: int
    attended: int
    declined: int
    invited: int


class Unserved(TypedDict):
    """A need that got nothing, and why."""

    held_back: dict[str, int | str]
    need_id: str
    why: str


class ValueCount(TypedDict):
    count: int
    value: float


class Venue(TypedDict):
    """Where it is held, and what makes it possible to come. Left out means that nobody has said."""

    accessible: NotRequired[bool | None]
    address: NotRequired[str | None]
    childcare: NotRequired[bool | None]
    name: str
    room: NotRequired[str | None]
    travel_costs: NotRequired[bool | None]


class VolunteerChange(TypedDict):
    helped_before: NotRequired[int]
    household: NotRequired[str]
    language: NotRequired[str | None]
    most: NotRequired[int | None]
    name_shown: NotRequired[str]
    not_on: NotRequired[list[str]]
    only_places: NotRequired[list[str]]
    share: NotRequired[float]


class VolunteerCreate(TypedDict):
    """Somebody who takes turns. `name_shown` is the name she chose; `household` any word that marks the family."""

    helped_before: NotRequired[int]
    household: str
    language: NotRequired[str | None]
    most: NotRequired[int | None]
    name_shown: str
    not_on: NotRequired[list[str]]
    only_places: NotRequired[list[str]]
    participant_id: NotRequired[str | None]
    share: NotRequired[float]


class VolunteerPublic(TypedDict):
    created_at: str
    helped_before: int
    household: str
    id: str
    language: str | None
    left_at: str | None
    most: int | None
    name_shown: str
    not_on: list[str]
    only_places: list[str]
    participant_id: str | None
    share: float
    updated_at: str
    version: int


class VotePublic(TypedDict):
    """Where a voter's dots are, and how many are left."""

    created_at: str
    dots: dict[str, int]
    left: int
    updated_at: str
    version: int
    voter: str


class VotesFor(TypedDict):
    candidate_id: str
    votes: int


class WaveHead(TypedDict):
    id: str
    responses: int | None
    title: str
    wave: str | None
    withheld: bool


class WaveShare(TypedDict):
    """What one wave says of a choice; nothing when it is withheld there."""

    count: int | None
    percent: int | None


class WebhookPatch(TypedDict):
    """A change: what waits goes to the new address; types count for facts that happen later."""

    description: NotRequired[str | None]
    event_types: NotRequired[list[str] | None]
    url: NotRequired[str | None]


class WebhookPublic(TypedDict):
    """A webhook; its secrets are never shown again."""

    created_at: str
    description: str
    disabled_because: str | None
    event_types: list[str]
    failing_since: str | None
    id: str
    old_secret_ends_at: str | None
    organisation_id: str
    secret_created_at: str
    state: Literal["enabled", "paused", "disabled"]
    updated_at: str
    url: str
    version: int


class WebhookWithSecret(TypedDict):
    """A webhook just made, or just given a new secret: the only time that it is shown."""

    created_at: str
    description: str
    disabled_because: str | None
    event_types: list[str]
    failing_since: str | None
    id: str
    old_secret_ends_at: str | None
    organisation_id: str
    secret: str
    secret_created_at: str
    state: Literal["enabled", "paused", "disabled"]
    updated_at: str
    url: str
    version: int


class WeighRisk(TypedDict):
    """A risk, who weighed it, and what is done about it: it does not silently exclude anybody."""

    decided: Literal["accept", "mitigate", "not_now"]
    likelihood: NotRequired[Literal["low", "medium", "high"] | None]
    mitigation: str
    risk: str
    weighed_by: str


class Window(TypedDict):
    """When somebody has time: a first beginning (local), how long, and an RFC 5545 rule that repeats it."""

    minutes: int
    rule: NotRequired[str | None]
    starts: str
    time_zone: str


class WordingIn(TypedDict):
    """The texts of one language. `review` holds for all but those that `reviews` names."""

    review: NotRequired[Literal["original", "reviewed", "unreviewed"]]
    reviews: NotRequired[dict[str, Literal["original", "reviewed", "unreviewed"]]]
    texts: dict[str, str | list[str]]


class WordingPublic(TypedDict):
    """Another wording of a card: an earlier one (`replaced`), or one that waits to be settled (`conflict`)."""

    device_id: str | None
    image: str
    language: str
    question: int
    state: Literal["replaced", "conflict"]
    text: str
    written_at: str


class WordsPublic(TypedDict):
    """A text and its language; `translated` is false where it is not there in the language asked for."""

    language: str
    text: str
    translated: bool
