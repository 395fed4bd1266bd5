"""What everybody may read of needs and offers, asked of the authority each time for exactly those in the answer.

A listing is there while it is open and marked public, its words tell no way to reach anybody, and its organisation
is still here. A person's besides while she lets that organisation match her and list her in public, has not asked to
be left alone, and is not known to be under age. Where the authority is silent, nobody is told anything.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from services.kernel.problems import NotFound
from services.kernel.upstream import UpstreamUnavailable
from services.kernel.work import Work
from services.matching import clients
from services.matching.clients import ConsentUnknown, Organisation, Profile, Purpose
from services.matching.public_listings import domain, repository
from services.matching.public_listings.domain import Listed
from services.matching.settings import Settings
from services.vocabulary import label
from services.vocabulary.contact import reveals_contact

_ROUNDS = 5
"""So often more rows are read for one page; then a page may be short of what was asked for."""
_MOST_TAGS = 20
_NEEDED: tuple[Purpose, Purpose] = ("matching", "public_listing")
Shown = tuple[Listed, Organisation]


async def page(work: Work, after: UUID | None, *, limit: int) -> tuple[list[Listed], UUID | None]:
    """Return up to `limit` listings after an id, and after which to go on, if there may be more."""
    found: list[Listed] = []
    for _ in range(_ROUNDS):
        rows = await repository.after(work, after, limit=limit + 1)
        found += [one for one, _ in await _listable(work, rows)]
        if len(found) > limit:
            return found[:limit], found[limit - 1].id
        if len(rows) <= limit:
            return found, None
        after = rows[-1].id
    return found, after


async def profile(work: Work, listing_id: UUID, *, base: str) -> Mapping[str, Any]:
    """Return one profile; `base` is the absolute address of the index. Raises NotFound."""
    row = await repository.one(work, listing_id)
    shown = await _listable(work, [] if row is None else [row])
    if not shown:
        raise NotFound
    listed, organisation = shown[0]
    site = domain.website(organisation.website)
    return domain.profile(listed, tags=_tags(listed), contact=site or _entry_of(organisation, base), site=site)


def _entry_of(organisation: Organisation, base: str) -> str:
    """Return where the directory shows an organisation to everybody."""
    origin, _, slug = base.rpartition("/murmurations/")
    return f"{origin}/open-referral-uk/{slug}/organizations/{organisation.id}"


def _tags(one: Listed) -> list[str]:
    keys = [*([one.category] if one.category else []), *one.concepts]
    return [_called(key, one.language) for key in keys[:_MOST_TAGS]]


def _called(key: str, language: str) -> str:
    try:
        return label(key, language)
    except (KeyError, RuntimeError, StopIteration):
        return key.replace("_", " ")


async def _listable(work: Work, rows: Sequence[Listed]) -> list[Shown]:
    """Return those of `rows` that everybody may read now, with the organisation of each. Raises ConsentUnknown."""
    quiet = [one for one in rows if not any(reveals_contact(said) for said in one.words)]
    try:
        here = {one.id: one for one in await clients.organisations(work, {one.held_by for one in quiet})}
        hidden = await _hidden(work, quiet)
    except ConsentUnknown:
        raise
    except UpstreamUnavailable:
        raise ConsentUnknown from None
    return [(one, here[one.held_by]) for one in quiet if one.held_by in here and one.id not in hidden]


async def _hidden(work: Work, rows: Sequence[Listed]) -> set[UUID]:
    """Return which of `rows` are of people who do not want them listed, or must not be."""
    hers = {one.id: one.participant_id for one in rows if one.participant_id is not None}
    grown = {one.id for one in await clients.profiles(work, set(hers.values())) if _is_grown_up(work, one)}
    willing: set[UUID] = set()
    for holder in {one.held_by for one in rows if one.id in hers}:
        held = {one.id: hers[one.id] for one in rows if one.held_by == holder and one.id in hers}
        agreed = await _agreed(work, set(held.values()), holder)
        willing |= {listing for listing, person in held.items() if person in agreed}
    return {listing for listing, person in hers.items() if listing not in willing or person not in grown}


async def _agreed(work: Work, people: Collection[UUID], holder: UUID) -> set[UUID]:
    seconds = cast(Settings, work.kernel.settings).consent_timeout
    agreed = set(people)
    for purpose in _NEEDED:
        said = await clients.verdicts(work, agreed, organisation=holder, within=seconds, purpose=purpose)
        agreed = {person for person, verdict in said.items() if verdict.allowed and verdict.ask}
    return agreed


def _is_grown_up(work: Work, person: Profile) -> bool:
    return not domain.is_under_age(person.born_on, now=work.now)
