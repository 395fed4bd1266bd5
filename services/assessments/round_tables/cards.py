"""What happens to cards: laid on a table, translated, and published for those who consent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.assessments import clients
from services.assessments.access import check_participant
from services.assessments.models import Card, LanguageTable, Publication, RoundTable
from services.assessments.paging import After
from services.assessments.publications import operations as publications
from services.assessments.publications.domain import Source, Terms
from services.assessments.publications.repository import live_of_parent
from services.assessments.round_tables import domain, operations, repository
from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.problems import Conflict, Invalid
from services.kernel.versions import check_version
from services.kernel.work import Work
from services.vocabulary import label


class Anonymous(Conflict):
    slug = "card-anonymous"
    title = "Nobody is named on this card, so nobody can consent to publish it"


@dataclass(frozen=True, slots=True)
class Report:
    """How many cards of an evening are published, anonymous, lack consent, or are simply not published."""

    published: int
    anonymous: int
    without_consent: int
    not_published: int


async def lay(
    work: Work,
    round_table_id: UUID,
    table_id: UUID,
    *,
    externals: Sequence[ExternalId],
    written_at: datetime | None,
    **values: Any,
) -> tuple[Card, bool]:
    """Lay a card on a table; say whether it is new. The same card delivered again counts once.

    Raises TableClosed, IllegalState.
    """
    for external in sorted(externals, key=lambda one: (one.system, one.value)):
        known = await external_ids.find(work, _collection(round_table_id), external)
        if known is not None:
            return await operations.part(work, Card, round_table_id, known), False
    round_table = await _taking(work, round_table_id, table_id, values)
    made = Card(
        id=work.new_id(), round_table_id=round_table.id, table_id=table_id, written_at=written_at or work.now,
        external_ids=[one.model_dump() for one in externals], created_at=work.now, updated_at=work.now, **values,
    )  # fmt: skip
    await repository.add(work, made)
    await external_ids.claim(work, _collection(round_table_id), made.id, externals)
    await _tell(work, "card.created", made)
    return made, True


def _collection(round_table_id: UUID) -> str:
    # Devices number the cards of their own evening; another evening may use the same numbers.
    return f"cards/{round_table_id}"


async def _taking(work: Work, round_table_id: UUID, table_id: UUID, values: dict[str, Any]) -> RoundTable:
    """Return the round table when it can take this card at this table."""
    round_table = await operations.get(work, round_table_id, share=True)
    await operations.part(work, LanguageTable, round_table_id, table_id)
    domain.check_takes_cards(round_table.state)
    _check_image(round_table, values["category"])
    if values.get("participant_id"):
        await check_participant(work, values["participant_id"], "assessment", "matching")
    return round_table


def _check_image(round_table: RoundTable, category: str) -> None:
    if category not in round_table.images:
        raise Invalid.field("/category", "is not among the images of this round table")


async def change(
    work: Work, round_table_id: UUID, card_id: UUID, *, if_match: str | None, changes: dict[str, Any]
) -> Card:
    """Translate a card or move it to another image; what is published of it follows."""
    round_table = await operations.get(work, round_table_id)
    card = await operations.part(work, Card, round_table_id, card_id, lock=True)
    check_version(if_match, card.version)
    _check_image(round_table, changes.get("category", card.category))
    if card.change(work.now, **changes):
        await _tell(work, "card.changed", card)
        if card.participant_id:
            await publications.follow_source(work, source=_source(round_table, card, card.participant_id))
    return card


async def publish(work: Work, round_table_id: UUID, card_id: UUID, *, terms: Terms) -> Publication:
    """Make one card known as a need or an offer. Raises Anonymous, ConsentMissing, ConsentUnknown."""
    round_table = await operations.get(work, round_table_id)
    card = await operations.part(work, Card, round_table_id, card_id, lock=True)
    if card.participant_id is None:
        raise Anonymous
    return await publications.publish(work, source=_source(round_table, card, card.participant_id), terms=terms)


async def unpublish(work: Work, round_table_id: UUID, card_id: UUID) -> Publication:
    """Take back what is published of one card. Raises NotPublished."""
    card = await operations.part(work, Card, round_table_id, card_id, lock=True)
    return await publications.unpublish(work, source_id=card.id)


async def publish_all(work: Work, round_table_id: UUID, *, exchange: str) -> Report:
    """Publish the cards of everybody who consents, and say what becomes of the others."""
    round_table = await operations.get(work, round_table_id, lock=True)
    allowed = await _consenting(work, round_table)
    done = {publication.source_id for publication in await live_of_parent(work, round_table.id)}
    for card in await repository.named_cards(work, round_table.id):
        if card.participant_id in allowed and card.id not in done:
            source = _source(round_table, card, card.participant_id)
            terms = Terms(title=label(card.category, card.language), exchange=exchange)
            await publications.make_known(work, source=source, terms=terms)
    return await report(work, round_table_id)


async def report(work: Work, round_table_id: UUID) -> Report:
    """Return how the cards of an evening stand now. Raises ConsentUnknown."""
    round_table = await operations.get(work, round_table_id)
    cards = await repository.parts(work, Card, round_table.id)
    done = {publication.source_id for publication in await live_of_parent(work, round_table.id)}
    allowed = await _consenting(work, round_table)
    anonymous = sum(card.participant_id is None for card in cards)
    open_cards = [card for card in cards if card.participant_id is not None and card.id not in done]
    refused = sum(card.participant_id not in allowed for card in open_cards)
    return Report(len(cards) - anonymous - len(open_cards), anonymous, refused, len(open_cards) - refused)


async def _consenting(work: Work, round_table: RoundTable) -> set[UUID]:
    cards = await repository.named_cards(work, round_table.id)
    people = {card.participant_id for card in cards if card.participant_id}
    return await clients.allowed(work, people, organisation=round_table.held_by, purpose="matching")


def _words(card: Card) -> str:
    """Return the card in all languages it is written in, so that it is matched across them."""
    translation = card.translation or {}
    return "\n".join(filter(None, (card.text, translation.get("text"))))


def _source(round_table: RoundTable, card: Card, participant: UUID) -> Source:
    return Source(
        kind="need" if card.question == domain.NEED_QUESTION else "offer", system="round_table", id=card.id,
        parent=round_table.id, participant_id=participant, held_by=round_table.held_by,
        text=_words(card), language=card.language, category=card.category,
    )  # fmt: skip


async def read(work: Work, round_table_id: UUID, card_id: UUID) -> Card:
    """Return one card, and put on record whose it was when that is known."""
    card = await operations.part(work, Card, round_table_id, card_id)
    if card.participant_id is not None:
        await work.audit("card.read", card.participant_id)
    return card


async def page(work: Work, round_table_id: UUID, *, after: After, limit: int, **equal: object) -> Sequence[Card]:
    """Return a page of cards, and put on record whose they are where that is known."""
    found = await operations.part_page(work, Card, round_table_id, after=after, limit=limit, **equal)
    for person in sorted({card.participant_id for card in found[:limit] if card.participant_id}):
        await work.audit("cards.listed", person)
    return found


async def delete(work: Work, round_table_id: UUID, card_id: UUID, *, if_match: str | None) -> None:
    """Take a card off the table; what was published of it is taken back."""
    card = await operations.part(work, Card, round_table_id, card_id, lock=True)
    check_version(if_match, card.version)
    await publications.drop(work, source_id=card.id)
    await external_ids.release(work, _collection(round_table_id), card.id)
    card.change(work.now, deleted_at=work.now)
    await _tell(work, "card.deleted", card)


async def _tell(work: Work, fact: str, card: Card) -> None:
    await work.record(fact, card.id, round_table=card.round_table_id, table=card.table_id, question=card.question)
