"""What happens to cards: laid on a table, translated, settled, and published for those who consent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.assessments import clients
from services.assessments.access import check_participant
from services.assessments.models import Card, LanguageTable, Publication, RoundTable
from services.assessments.publications import operations as publications
from services.assessments.publications.domain import Source, Terms
from services.assessments.publications.repository import live_of_parent
from services.assessments.round_tables import domain, operations, repository
from services.assessments.round_tables.devices import domain as wording
from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.pages import After
from services.kernel.problems import Conflict, Invalid
from services.kernel.versions import check_version
from services.kernel.work import Work
from services.vocabulary import CATEGORIES, label
from services.vocabulary.concepts import concepts


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
    image: str | None,
    category: str | None,
    **values: Any,
) -> tuple[Card, bool]:
    """Lay a card on a table; say whether it is new. The same card delivered again counts once.

    Raises TableClosed, IllegalState, UnknownImage.
    """
    for external in sorted(externals, key=lambda one: (one.system, one.value)):
        known = await external_ids.find(work, collection(round_table_id), external)
        if known is not None:
            return await operations.part(work, Card, round_table_id, known), False
    round_table = await operations.get(work, round_table_id, share=True)
    await operations.part(work, LanguageTable, round_table_id, table_id)
    dated = when_taken(round_table, written_at, now=work.now)
    placed = on_image(round_table, image=image, category=category)
    if values.get("participant_id"):
        await check_participant(work, values["participant_id"], "assessment", "matching")
    made = Card(
        id=work.new_id(), round_table_id=round_table.id, table_id=table_id, created_at=work.now, updated_at=work.now,
        external_ids=[one.model_dump() for one in externals], **dated, **placed, **values,
    )  # fmt: skip
    await repository.add(work, made)
    await external_ids.claim(work, collection(round_table_id), made.id, externals)
    await tell(work, "card.created", made)
    return made, True


def collection(round_table_id: UUID) -> str:
    """Return where the cards of one evening carry their external ids."""
    # Devices number the cards of their own evening; another evening may use the same numbers.
    return f"cards/{round_table_id}"


def when_taken(round_table: RoundTable, written_at: datetime | None, *, now: datetime) -> dict[str, Any]:
    """Return when a card was written and whether that is late or doubtful. Raises TableClosed, IllegalState.

    A clock that runs ahead cannot say whether the card was written in time: it is taken, and says so.
    """
    said = wording.written(written_at, now=now)
    closed = round_table.state == "closed"
    if not (closed and said.doubtful):
        domain.check_takes_cards(round_table.state, closed_at=round_table.closed_at, written_at=said.at)
    return {"written_at": said.at, "clock_doubtful": said.doubtful, "late": closed}


def on_image(round_table: RoundTable, *, image: str | None, category: str | None) -> dict[str, Any]:
    """Return the image that a card lies on, and its category. Raises UnknownImage, Invalid.

    A card that names only a category may lie on any image of that category: older apps know nothing finer.
    """
    if image is None:
        lying = {*round_table.images, *map(category_of, round_table.images)}
        domain.check_image(sorted(lying), field="category", image=str(category))
        return {"image": str(category), "category": str(category)}
    domain.check_image(round_table.images, field="image", image=image)
    if category not in (None, category_of(image)):
        raise Invalid.field("/category", "is not the category of the image")
    return {"image": image, "category": category_of(image)}


def category_of(image: str) -> str:
    """Return the category that an image belongs to; a category is its own."""
    return image if image in CATEGORIES else concepts()[image].category


async def change(
    work: Work, round_table_id: UUID, card_id: UUID, *, if_match: str | None, changes: dict[str, Any]
) -> Card:
    """Translate a card or move it to another image; what is published of it follows."""
    round_table = await operations.get(work, round_table_id)
    card = await operations.part(work, Card, round_table_id, card_id, lock=True)
    check_version(if_match, card.version)
    moved = {name: changes.pop(name, None) for name in ("image", "category")}
    if moved["image"] or moved["category"]:
        changes |= on_image(round_table, **moved)
    if card.change(work.now, **changes):
        card.handled = True
        await _changed(work, round_table, card)
    return card


async def settle(work: Work, round_table_id: UUID, card_id: UUID, *, take: bool, if_match: str | None) -> Card:
    """Settle a conflict: `take` the other wording, or keep the present one; the other stays beside it."""
    round_table = await operations.get(work, round_table_id)
    card = await operations.part(work, Card, round_table_id, card_id, lock=True)
    check_version(if_match, card.version)
    other = wording.disputed(card.wordings)
    if other is None:
        raise wording.NothingToSettle
    kept = [one for one in card.wordings if one is not other]
    if not take:
        card.change(work.now, wordings=[*kept, {**other, "state": "replaced"}], handled=True)
    else:
        present = wording.present_wording(card)
        card.change(work.now, wordings=kept, handled=True, **taken_words(card, other))
        card.wordings = wording.with_wording(card, present, "replaced")
    await _changed(work, round_table, card)
    return card


def taken_words(card: Card, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what changes when a card takes another wording. A translation of the former words no longer holds."""
    at = said["written_at"]
    return {
        "group_id": card.group_id if said["question"] == card.question else None,
        "question": said["question"], "image": said["image"], "category": category_of(said["image"]),
        "text": said["text"], "language": said["language"], "translation": None, "device_id": said["device_id"],
        "written_at": datetime.fromisoformat(at) if isinstance(at, str) else at,
    }  # fmt: skip


async def _changed(work: Work, round_table: RoundTable, card: Card) -> None:
    await tell(work, "card.changed", card)
    await follow(work, round_table, card)


async def follow(work: Work, round_table: RoundTable, card: Card) -> None:
    """Let what is published of a card follow its words."""
    if card.participant_id:
        await publications.follow_source(work, source=_source(round_table, card, card.participant_id))


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
    await external_ids.release(work, collection(round_table_id), card.id)
    card.change(work.now, deleted_at=work.now)
    await tell(work, "card.deleted", card)


async def tell(work: Work, fact: str, card: Card) -> None:
    """Record a fact about a card."""
    await work.record(fact, card.id, round_table=card.round_table_id, table=card.table_id, question=card.question)
