"""The tables of this room: assessments and their answers, round tables and their cards, and what was published."""

from services.assessments.models.kept import Kept, metadata
from services.assessments.models.one_to_one import Answer, Assessment, Capability, StatedNeed
from services.assessments.models.publications import Publication
from services.assessments.models.round_tables import Card, Invitation, LanguageTable, RoundTable

__all__ = [
    "Answer", "Assessment", "Capability", "Card", "Invitation", "Kept", "LanguageTable", "Publication", "RoundTable",
    "StatedNeed", "metadata",
]  # fmt: skip
