"""Which responses ask to be listed in the community directory, and what of them was said for that.

Whoever agrees to be listed under the group's name is no longer nobody in particular: so of such a response, and of no
other, a fact is recorded, and the directory may read what is to stand there. How to reach the group, what it needs and
how people may join in is not for the directory.
"""

from collections.abc import Mapping
from typing import Any

from services.assessments.instruments.domain import Instrument

ASKED_BY = "community-asset-survey"
_AGREED = "consent_listed"
_FOR_THE_DIRECTORY = (
    "name", "kind", "workers", "paid", "business_model", "legal_form", "provider_kinds", "activities", "place",
    "area_served", "languages", "accessibility", "check_on",
)  # fmt: skip


def asks_to_be_listed(instrument: Instrument, answers: Mapping[str, Any]) -> bool:
    """Say whether a response agrees to be listed: in our own survey, whose words say what that means."""
    return instrument.shipped and instrument.name == ASKED_BY and answers.get(_AGREED) is True


def said_for_listing(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of the answers was said for the directory."""
    return {name: answers[name] for name in _FOR_THE_DIRECTORY if name in answers}
