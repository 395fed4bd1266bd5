"""What this room holds about a person, and what remains once she is erased: counts, categories and concepts.

Her answers and what was written beside them go. Capabilities, needs, outcomes, publications and cards stay without
their words, so that reports count as before; her id in them leads nowhere any more.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlmodel import SQLModel, col

from services.assessments.models import (
    Agreement,
    Answer,
    AnswerEntry,
    Assessment,
    Attendance,
    Capability,
    Card,
    Invitation,
    Negotiation,
    Outcome,
    OutcomeRating,
    Publication,
    RoundTable,
    Sitting,
    StatedNeed,
    WeighedRisk,
)
from services.assessments.publications import operations as publications
from services.kernel.subjects import Deleted, Emptied, Forgotten, Holding, Holdings, Whose
from services.kernel.work import Work

_COUNTED = "Reports count it: category, concepts, area and month stay."


def _hers(table: Any) -> Whose:
    return lambda person: col(table.participant_id) == person


def _of_her_assessments(table: Any) -> Whose:
    def whose(person: UUID) -> ColumnElement[bool]:
        return col(table.assessment_id).in_(select(col(Assessment.id)).where(col(Assessment.participant_id) == person))

    return whose


def _rated(person: UUID) -> ColumnElement[bool]:
    hers = select(col(Outcome.id)).where(_of_her_assessments(Outcome)(person))
    return col(OutcomeRating.outcome_id).in_(hers)


def _called(collection: str, table: type[SQLModel], whose: Whose, because: str, **values: Any) -> Holding:
    """Return the rule of a resource that other systems may call by an id of theirs."""
    values["external_ids"] = []
    return Holding(
        table,
        whose,
        Emptied(because, values),
        named=lambda kept: (kept == collection) | kept.startswith(f"{collection}/", autoescape=True),
    )


_ITEM: dict[str, Any] = {"concepts_suggested": [], "concepts_confirmed_by": None}

_ANSWERS = (
    Holding(Answer, _of_her_assessments(Answer), Deleted()),
    Holding(AnswerEntry, _of_her_assessments(AnswerEntry), Forgotten("Never changed.", "forget_answer_entries")),
    Holding(Negotiation, _of_her_assessments(Negotiation), Forgotten("As above.", "forget_negotiations")),
    Holding(WeighedRisk, _of_her_assessments(WeighedRisk), Forgotten("As above.", "forget_weighed_risks")),
    Holding(Agreement, _of_her_assessments(Agreement), Forgotten("That she agreed is proof.", "forget_agreements")),
    Holding(
        Sitting, _of_her_assessments(Sitting),
        Emptied("How often one sat together.", {"place": None, "interpreter": None, "present": []}),
    ),
)  # fmt: skip

_ITEMS = (
    _called(
        "capabilities", Capability, _of_her_assessments(Capability), _COUNTED, activity="", for_whom=None,
        conditions=None, how_often=None, support_wanted=None, sharing={}, availability=[], **_ITEM,
    ),
    _called(
        "stated_needs", StatedNeed, _of_her_assessments(StatedNeed), _COUNTED, text="", why=None, own_effort=None,
        **_ITEM,
    ),
    Holding(
        OutcomeRating, _rated,
        Forgotten("What changed for people is the statistic that counts.", "forget_outcome_ratings"),
    ),
    Holding(Outcome, _of_her_assessments(Outcome), Emptied(_COUNTED, {"text": "", "matches": []})),
    _called(
        "assessments", Assessment, _hers(Assessment), _COUNTED, interpreter=None, acted_for_by=None,
        representative=None, review_on=None,
    ),
)  # fmt: skip

_EVENINGS = (
    _called("cards", Card, _hers(Card), _COUNTED, text="", translation=None, wordings=[], device_id=None),
    _called("invitations", Invitation, _hers(Invitation), "How many were invited."),
    _called("attendances", Attendance, _hers(Attendance), "How many came."),
)

_PUBLISHED = Holding(
    Publication, _hers(Publication),
    Emptied(_COUNTED, {"title": "", "text": "", "released_text": None, "availability": [], "conditions": {}}),
)  # fmt: skip


async def _before(work: Work, person: UUID) -> None:
    """Take back what she published, and her cards' words out of results that were frozen with them."""
    await publications.withdraw_people(work, people={person})
    hers = {str(one) for one in await work.session.scalars(select(col(Card.id)).where(_hers(Card)(person)))}
    if not hers:
        return
    sat = select(col(Card.round_table_id)).where(_hers(Card)(person))
    for evening in await work.session.scalars(select(RoundTable).where(col(RoundTable.id).in_(sat))):
        if evening.published_results:
            cards = {key: card for key, card in evening.published_results["cards"].items() if key not in hers}
            evening.change(work.now, published_results={**evening.published_results, "cards": cards})


HOLDINGS = Holdings((*_ANSWERS, *_ITEMS, *_EVENINGS, _PUBLISHED), before=_before)
