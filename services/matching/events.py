"""The facts that matching follows. What it publishes itself stands in `facts`.

directory     participant.created / changed / deleted   the projection of people; listings of people who are gone
              consent.… for matching, participant.merged / unmerged / restricted   listings read differently: told on
              term.created / deleted                    the community's own names of concepts
assessments   publication.made / changed / withdrawn    needs and offers that were published there
"""

from collections.abc import Sequence
from uuid import UUID

from services.kernel.events import Event
from services.kernel.work import Work
from services.matching import clients
from services.matching.listings import operations as listings
from services.matching.people import operations as people

_OTHERWISE = {"participant.merged", "participant.unmerged", "participant.restricted", "participant.unrestricted"}


async def follow_directory(work: Work, facts: Sequence[Event]) -> None:
    """Fetch everybody whom something happened to; withdraw the listings of those who are gone."""
    touched = {fact.subject for fact in facts if fact.type.startswith("participant.")}
    if touched:
        gone = await people.refresh(work, touched)
        await listings.withdraw_people(work, sorted(gone))
    await listings.tell_of_consent(work, sorted(_differently_agreed(facts)))
    if any(fact.type.startswith("term.") for fact in facts):
        await people.refresh_terms(work)


def _differently_agreed(facts: Sequence[Event]) -> set[UUID]:
    """Return the people of whose needs and offers their holders may read more now, or less."""
    found = set()
    for fact in facts:
        if fact.type.startswith("consent.") and fact.ids.get("purpose") == "matching":
            found.add(fact.subject)
        elif fact.type in _OTHERWISE:
            found |= {fact.subject, *(UUID(fact.ids[name]) for name in ("into",) if name in fact.ids)}
    return found


async def follow_assessments(work: Work, facts: Sequence[Event]) -> None:
    """Fetch every publication that something happened to, and bring its listing up to it."""
    touched = {fact.subject for fact in facts if fact.type.startswith("publication.")}
    if touched:
        for publication in await clients.publications(work, touched):
            await listings.follow_publication(work, publication)
