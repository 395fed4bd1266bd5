"""What happens in the plenary: tables present, like cards are grouped, groups are put right by hand."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.assessments.models import Card, CardGroup, LanguageTable, RoundTable
from services.assessments.round_tables import operations
from services.assessments.round_tables import repository as evenings
from services.assessments.round_tables.plenary import domain, repository
from services.kernel.pages import After
from services.kernel.problems import Conflict
from services.kernel.versions import check_version
from services.kernel.work import Work
from services.vocabulary.concepts import concepts
from services.vocabulary.linking import link

_Read = dict[tuple[UUID, int], domain.About]
"""What each card, in a version of it, is about."""


class SameGroup(Conflict):
    slug = "same-group"
    title = "A group cannot be merged with itself"


@dataclass(frozen=True, slots=True)
class Presentation:
    """One table, and the cards that it shows to everybody."""

    table: LanguageTable
    cards: Sequence[Card]


async def present(work: Work, round_table_id: UUID, table_id: UUID) -> Presentation:
    """Let a table present its cards; the order is kept. Raises NotInPlenary, AlreadyPresented."""
    round_table = await operations.get(work, round_table_id, lock=True)
    table = await operations.part(work, LanguageTable, round_table_id, table_id, lock=True)
    domain.check_plenary(round_table.state)
    if table.presented_at is not None:
        raise domain.AlreadyPresented(f"As number {table.presented_as}.")
    place = await repository.presented(work, round_table_id) + 1
    table.change(work.now, presented_at=work.now, presented_as=place)
    await work.record("table.presented", table.id, round_table=round_table_id)
    seen = await repository.seen_cards(work, round_table_id)
    return Presentation(table, [card for card in seen if card.table_id == table.id])


async def presentations(work: Work, round_table_id: UUID) -> list[Presentation]:
    """Return every table: first those that have presented, in that order, with the cards that they showed."""
    round_table = await operations.get(work, round_table_id)
    tables = await evenings.parts(work, LanguageTable, round_table.id)
    seen = await repository.seen_cards(work, round_table.id)
    ordered = sorted(tables, key=lambda table: (table.presented_as is None, table.presented_as or 0))
    shown = [[card for card in seen if card.table_id == table.id and table.presented_at] for table in ordered]
    return [Presentation(table, cards) for table, cards in zip(ordered, shown, strict=True)]


async def suggest(work: Work, round_table_id: UUID) -> int:
    """Put the cards that are in no group into groups of like cards; return how many were grouped.

    What was put right by hand stays as it is. Only cards that the plenary sees are grouped.
    """
    read = await _read_about(await _loose(work, await operations.get(work, round_table_id)), {})
    round_table = await _grouping(work, round_table_id, lock=True)
    loose = await _loose(work, round_table)
    read = await _read_about(loose, read)
    abouts = {card.id: read[card.id, card.version] for card in loose}
    known = {_key(group): group for group in await repository.groups(work, round_table.id)}
    cards = {card.id: card for card in loose}
    for about, alike in domain.likes(abouts).items():
        group = known.get(about) or await _suggested(work, round_table.id, about)
        for number in alike:
            cards[number].change(work.now, group_id=group.id, grouped_by=domain.SUGGESTED)
    if loose:
        await work.record("round_table.grouped", round_table.id)
    return len(loose)


async def _loose(work: Work, round_table: RoundTable) -> list[Card]:
    """Return the cards that the plenary sees and that are in no group, as they are now."""
    seen = await repository.seen_cards(work, round_table.id, fresh=True)
    return [card for card in seen if card.group_id is None and card.grouped_by != domain.BY_HAND]


async def _read_about(cards: Sequence[Card], read: _Read) -> _Read:
    """Return what each card is about, as far as it has not been `read` before, in this version.

    Reading the words takes the processor a while; meanwhile others are answered. It is done before the evening is held
    for this request alone, so that devices need not wait; under the lock only what has changed since is read.
    """
    left = [card for card in cards if (card.id, card.version) not in read]
    return read | await asyncio.to_thread(lambda: {(card.id, card.version): _about(card) for card in left})


def _key(group: CardGroup) -> domain.About:
    return domain.About(group.question, group.image or "", group.concept)


def _about(card: Card) -> domain.About:
    """Return what a card is about: the concept of its image's category that its own and its translated words speak of.

    A short card often says too little in one language, or what the vocabulary does not know there; so both count.
    """
    translation = card.translation or {}
    told = [(card.text, card.language), (str(translation.get("text") or ""), translation.get("language"))]
    likely: defaultdict[str, float] = defaultdict(float)
    for text, language in told:
        for one in link(text, language):
            if one.concept in concepts() and concepts()[one.concept].category == card.category:
                likely[one.concept] += one.score
    return domain.About(card.question, card.image, max(likely, key=lambda one: (likely[one], one), default=None))


async def _suggested(work: Work, round_table_id: UUID, about: domain.About) -> CardGroup:
    return await _add(
        work, round_table_id, question=about.question, image=about.image, concept=about.concept,
        origin=domain.SUGGESTED,
    )  # fmt: skip


async def _add(work: Work, round_table_id: UUID, **values: Any) -> CardGroup:
    made = CardGroup(
        id=work.new_id(), round_table_id=round_table_id, created_at=work.now, updated_at=work.now, **values
    )
    await evenings.add(work, made)
    await work.record("card_group.created", made.id, round_table=round_table_id)
    return made


async def _grouping(work: Work, round_table_id: UUID, *, lock: bool = False) -> RoundTable:
    """Return the round table when its cards can be grouped. Raises NotInPlenary."""
    round_table = await operations.get(work, round_table_id, lock=lock, share=not lock)
    domain.check_groupable(round_table.state)
    return round_table


async def make_group(work: Work, round_table_id: UUID, **values: Any) -> CardGroup:
    """Make a group by hand. Raises NotInPlenary."""
    round_table = await _grouping(work, round_table_id)
    return await _add(work, round_table.id, origin=domain.BY_HAND, **values)


async def change_group(
    work: Work, round_table_id: UUID, group_id: UUID, *, if_match: str | None, changes: dict[str, Any]
) -> CardGroup:
    """Name a group, or say what it is about."""
    await _grouping(work, round_table_id)
    group = await operations.part(work, CardGroup, round_table_id, group_id, lock=True)
    check_version(if_match, group.version)
    if group.change(work.now, **changes):
        await work.record("card_group.changed", group.id, round_table=round_table_id)
    return group


async def delete_group(work: Work, round_table_id: UUID, group_id: UUID, *, if_match: str | None) -> None:
    """Break a group up: its cards stand alone, by hand; the dots on it go back to who set them."""
    await _grouping(work, round_table_id, lock=True)
    group = await operations.part(work, CardGroup, round_table_id, group_id, lock=True)
    check_version(if_match, group.version)
    for card in await repository.cards_of_group(work, group.id):
        card.change(work.now, group_id=None, grouped_by=domain.BY_HAND)
    for vote in await repository.votes(work, round_table_id, lock=True):
        vote.change(work.now, dots={one: dots for one, dots in vote.dots.items() if one != str(group.id)})
    await _gone(work, group)


async def merge(work: Work, round_table_id: UUID, group_id: UUID, *, into: UUID) -> CardGroup:
    """Move a group's cards and dots into another of the same question. Raises GroupOfAnotherQuestion, SameGroup."""
    await _grouping(work, round_table_id, lock=True)
    if group_id == into:
        raise SameGroup
    source = await operations.part(work, CardGroup, round_table_id, group_id, lock=True)
    target = await operations.part(work, CardGroup, round_table_id, into, lock=True)
    domain.check_question(source.question, target.question)
    for card in await repository.cards_of_group(work, source.id):
        card.change(work.now, group_id=target.id, grouped_by=domain.BY_HAND)
    for vote in await repository.votes(work, round_table_id, lock=True):
        vote.change(work.now, dots=domain.moved_dots(vote.dots, source=source.id, into=target.id))
    await _gone(work, source)
    return target


async def _gone(work: Work, group: CardGroup) -> None:
    group.change(work.now, deleted_at=work.now)
    await work.record("card_group.deleted", group.id, round_table=group.round_table_id)


async def put_card(work: Work, round_table_id: UUID, card_id: UUID, *, group_id: UUID | None) -> Card:
    """Move a card into a group, or out of any. Raises GroupOfAnotherQuestion."""
    await _grouping(work, round_table_id)
    if group_id is not None:  # locked first, so that it is not broken up meanwhile
        group = await operations.part(work, CardGroup, round_table_id, group_id, lock=True)
    card = await operations.part(work, Card, round_table_id, card_id, lock=True)
    if group_id is not None:
        domain.check_question(card.question, group.question)
    if card.change(work.now, group_id=group_id, grouped_by=domain.BY_HAND):
        await work.record("card.grouped", card.id, round_table=round_table_id, table=card.table_id)
    return card


async def get_group(work: Work, round_table_id: UUID, group_id: UUID) -> tuple[CardGroup, Sequence[Card]]:
    """Return a group with the cards in it that the plenary sees."""
    group = await operations.part(work, CardGroup, round_table_id, group_id)
    return group, await repository.seen_cards(work, round_table_id, groups=[group.id])


async def group_page(
    work: Work, round_table_id: UUID, *, question: int | None, after: After, limit: int
) -> tuple[Sequence[CardGroup], Sequence[Card]]:
    """Return a page of groups, and the cards in them that the plenary sees."""
    found = await operations.part_page(work, CardGroup, round_table_id, after=after, limit=limit, question=question)
    return found, await repository.seen_cards(work, round_table_id, groups=[group.id for group in found])
