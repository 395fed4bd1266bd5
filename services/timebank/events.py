"""The facts that the time bank publishes, and those of matching and of the directory that it follows."""

from collections.abc import Sequence
from uuid import UUID

from services.kernel.events import Event
from services.kernel.work import Work
from services.timebank.domain import Ended, Hours, Owner
from services.timebank.holds.operations import settle
from services.timebank.transfers.operations import tell_of_consent

FACTS = (
    "account.opened",
    "account.changed",
    "account.closed",
    "account.low",
    "account.hoarding",
    "account.balanced",
    "timebank_policy.changed",
    "transfer.posted",
    "transfer.reversed",
    "transfer.consent_changed",
    "hold.made",
    "hold.released",
    "hours.short",
)
_OTHERWISE = {
    "participant.merged", "participant.unmerged", "participant.restricted", "participant.unrestricted",
    "participant.deleted",
}  # fmt: skip
_ENDS = {"match.declined", "match.withdrawn", "match.expired", "match.completed"}


async def follow_directory(work: Work, events: Sequence[Event]) -> None:
    """Tell of the transfers of people who let their account be kept no longer, or do so again."""
    people = {event.subject for event in events if event.type in _OTHERWISE}
    people |= {UUID(event.ids["into"]) for event in events if event.type in _OTHERWISE and "into" in event.ids}
    agreed = [event for event in events if event.type.startswith("consent.")]
    people |= {event.subject for event in agreed if event.ids.get("purpose") == "timebank"}
    await tell_of_consent(work, people)


async def follow_matching(work: Work, events: Sequence[Event]) -> None:
    """Settle a page of matching's facts: hours given for credit are posted, ended matches free what they held."""
    news = [one for one in map(_news, events) if one is not None]
    if news:
        await settle(work, news=news)


def _news(event: Event) -> Hours | Ended | None:
    if event.type in _ENDS:
        return Ended(event.subject)
    if event.type == "hours.confirmed" and event.ids.get("exchange") == "credit":
        return _hours(event)
    return None


def _hours(event: Event) -> Hours:
    ids = event.ids
    holder = ids.get("organisation")
    return Hours(
        id=event.subject,
        match=UUID(ids["match"]),
        payer=Owner(ids.get("payer_kind", "participant"), UUID(ids["payer"])),
        payee=Owner(ids.get("payee_kind", "participant"), UUID(ids["payee"])),
        seconds=int(ids["seconds"]),
        organisation=UUID(holder) if holder else None,
    )
