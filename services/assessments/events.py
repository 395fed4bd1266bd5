"""The facts that this room publishes, and what it does about those of its neighbours.

It publishes `assessment.…`, `capability.…`, `stated_need.…` (matching's own are `need.…`), `outcome.…`,
`publication.made`, `.changed` and `.withdrawn`, `round_table.…`, `table.…`, `invitation.…`, `card.…`,
`survey.…` (never of a response), `asset_answer.given` (but of one that asks to be listed in the directory) and
`report_policy.changed`: ids and states only.
"""

from collections.abc import Sequence
from uuid import UUID

from services.assessments.publications import operations
from services.kernel.events import Event
from services.kernel.work import Work

_GONE = {"participant.deleted", "participant.erased"}
_ENDED = {"consent.revoked", "consent.expired"}


async def follow_directory(work: Work, facts: Sequence[Event]) -> None:
    """Take back the publications of people who are gone, or who let nobody match them any longer."""
    gone = {fact.subject for fact in facts if fact.type in _GONE}
    if gone:
        await operations.withdraw_people(work, people=gone)
    doubtful = {_person(fact) for fact in facts if fact.type in _ENDED} - gone
    if doubtful:
        await operations.recheck(work, people=doubtful)


async def follow_matching(work: Work, facts: Sequence[Event]) -> None:
    """Learn what became of the needs and offers that were published from here."""
    for fact in facts:
        about = fact.type.partition(".")[0]
        if about in {"need", "offer"}:
            await operations.learn_listing(
                work,
                fact=fact.type,
                listing=fact.subject,
                publications=_named(fact, "publication"),
                stated=_state(fact),
                at=fact.at,
            )
        elif about == "match":
            listings = _named(fact, "need", "offer")
            await operations.learn_match(
                work, fact=fact.type, match=fact.subject, listings=listings, stated=_state(fact)
            )


def _person(fact: Event) -> UUID:
    return next(iter(_named(fact, "participant")), fact.subject)


def _named(fact: Event, *names: str) -> set[UUID]:
    """Return the ids among a fact's members; a member that is no id says nothing to us."""
    found = set()
    for name in names:
        try:
            found.add(UUID(fact.ids[name]))
        except (KeyError, ValueError, TypeError, AttributeError):
            continue
    return found


def _state(fact: Event) -> str | None:
    state = fact.ids.get("state")
    return state if isinstance(state, str) else None
