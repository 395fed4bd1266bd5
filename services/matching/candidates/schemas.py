"""The bodies of candidates: what may be read before both sides accept, and no more."""

from uuid import UUID

from pydantic import BaseModel, Field

from services.matching.candidates.operations import Candidates, Found
from services.matching.engine import say
from services.vocabulary import label


class Factors(BaseModel):
    """Each factor's share of the score; together they are the score."""

    concept: float
    text: float
    category: float
    distance: float
    language: float
    availability: float
    fairness: float


class Candidate(BaseModel):
    """Somebody who fits. Who it is stays unknown until both sides have accepted."""

    title: str = Field(description="The text released for this, else what its category is called.")
    category: str | None
    means: list[str]
    minutes: int | None
    exchange: str
    score: float
    factors: Factors
    reasons: list[str]
    distance_km: int | None = Field(description="Rounded to whole kilometres, between two 1 km cells.")


class NeedCandidate(Candidate):
    need_id: UUID


class OfferCandidate(Candidate):
    offer_id: UUID


class CandidateList(BaseModel):
    """Who fits, best first; `note` says why there can be nobody, where that is so."""

    held_back: dict[str, int | str] = Field(
        description='By gate; fewer than five are "a few". `relevance` are those about something else.',
        examples=[{"language": 7, "distance": "a few"}],
    )
    note: str | None = None


class NeedCandidates(CandidateList):
    items: list[NeedCandidate]


class OfferCandidates(CandidateList):
    items: list[OfferCandidate]


def shown(found: Found, language: str) -> dict[str, object]:
    """Return what all candidates have in common, in the reader's language."""
    row, candidate = found.row, found.candidate
    named = label(row.category, language) if row.category else "–"
    distance = candidate.distance_km
    return {
        "title": row.released_text or named,
        "category": row.category,
        "means": row.means,
        "minutes": row.minutes,
        "exchange": row.exchange,
        "score": candidate.score,
        "factors": candidate.factors,
        "reasons": [say(reason, language) for reason in candidate.reasons],
        "distance_km": None if distance is None else max(1, round(distance)),
    }


def note_on(answer: Candidates, language: str) -> str | None:
    """Return why there can be nobody for a listing that is not open, or None."""
    if answer.found or answer.held_back:
        return None
    german = language.partition("-")[0] == "de"
    if answer.listing.state != "open":
        state = answer.listing.state
        return f"Nicht offen, sondern {state}." if german else f"It is not open but {state}."
    return "Noch niemand, und niemand wurde zurückgehalten." if german else "Nobody yet, and nobody was held back."
