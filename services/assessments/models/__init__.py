"""The tables of this room: assessments and their answers, round tables and their cards, and what was published."""

from services.assessments.models.instruments import OwnInstrument, TextReview
from services.assessments.models.kept import Kept, metadata
from services.assessments.models.one_to_one import (
    Agreement,
    Answer,
    AnswerEntry,
    Assessment,
    Capability,
    Negotiation,
    Outcome,
    OutcomeRating,
    Sitting,
    StatedNeed,
    WeighedRisk,
)
from services.assessments.models.publications import Publication
from services.assessments.models.reports import ReportPolicy
from services.assessments.models.round_tables import (
    Attendance,
    Card,
    CardGroup,
    Invitation,
    LanguageTable,
    RoundTable,
    Vote,
)
from services.assessments.models.surveys import Survey, SurveyResponse

__all__ = [
    "Agreement",
    "Answer",
    "AnswerEntry",
    "Assessment",
    "Attendance",
    "Capability",
    "Card",
    "CardGroup",
    "Invitation",
    "Kept",
    "LanguageTable",
    "Negotiation",
    "Outcome",
    "OutcomeRating",
    "OwnInstrument",
    "Publication",
    "ReportPolicy",
    "RoundTable",
    "Sitting",
    "StatedNeed",
    "Survey",
    "SurveyResponse",
    "TextReview",
    "Vote",
    "WeighedRisk",
    "metadata",
]
