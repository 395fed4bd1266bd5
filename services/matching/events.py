"""The facts that matching follows. What it publishes itself stands in `facts`.

directory     participant.created / changed / deleted   the projection of people; listings of people who are gone
              term.created / deleted                    the community's own names of concepts
assessments   publication.made / changed / withdrawn    needs and offers that were published there
"""

from collections.abc import Sequence

from services.kernel.events import Event
from services.kernel.work import Work
from services.matching import clients
from services.matching.listings import operations as listings
from services.matching.people import operations as people


async def follow_directory(work: Work, facts: Sequence[Event]) -> None:
    """Fetch everybody whom something happened to; withdraw the listings of those who are gone."""
    touched = {fact.subject for fact in facts if fact.type.startswith("participant.")}
    if touched:
        gone = await people.refresh(work, touched)
        await listings.withdraw_people(work, sorted(gone))
    if any(fact.type.startswith("term.") for fact in facts):
        await people.refresh_terms(work)


async def follow_assessments(work: Work, facts: Sequence[Event]) -> None:
    """Fetch every publication that something happened to, and bring its listing up to it."""
    touched = {fact.subject for fact in facts if fact.type.startswith("publication.")}
    if touched:
        for publication in await clients.publications(work, touched):
            await listings.follow_publication(work, publication)
