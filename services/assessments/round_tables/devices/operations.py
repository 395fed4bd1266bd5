"""Taking what devices deliver: each card once, each line with its own result."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from services.assessments import clients
from services.assessments.models import Card, LanguageTable, RoundTable
from services.assessments.round_tables import operations, repository
from services.assessments.round_tables.cards import operations as cards
from services.assessments.round_tables.devices import domain
from services.assessments.round_tables.devices import repository as delivered
from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.problems import Invalid, NotFound, Problem
from services.kernel.work import Work

State = Literal["kept", "known", "conflict", "refused"]


@dataclass(frozen=True, slots=True)
class Line:
    """One card as a device delivers it: at which table, by its own number, and what is said on it."""

    table_id: UUID
    card_id: UUID
    told: dict[str, Any]

    @property
    def participant(self) -> UUID | None:
        """Return who is named on it."""
        found: UUID | None = self.told.get("participant_id")
        return found


@dataclass(slots=True)
class Outcome:
    """What became of one line."""

    state: State
    card: Card | None = None
    problem: Problem | None = None
    new: bool = False


@dataclass(frozen=True, slots=True)
class _Evening:
    round_table: RoundTable
    tables: frozenset[UUID]
    allowed: frozenset[UUID]
    unknown: Problem | None


async def deliver(work: Work, round_table_id: UUID, lines: Sequence[Line | Problem]) -> list[Outcome]:
    """Take every line that can be taken, and say of each what became of it, in the order of the lines."""
    readable = [line for line in lines if isinstance(line, Line)]
    evening = await _evening(work, round_table_id, readable)
    done: dict[int, Outcome] = {}
    rows: dict[UUID, tuple[int, dict[str, Any]]] = {}
    again: list[tuple[int, Line, dict[str, Any] | Problem]] = []
    for place, line in enumerate(lines):
        if isinstance(line, Problem):
            done[place] = Outcome("refused", problem=line)
            continue
        row = _row(work, evening, line)
        if isinstance(row, Problem) or line.card_id in rows:
            again.append((place, line, row))
        else:
            rows[line.card_id] = (place, row)
    done |= await _keep(work, evening.round_table, rows)
    for place, line, row in again:  # refused unless known, or a second line about the same card
        done[place] = await _meet_or_refuse(work, evening.round_table, line, row)
    return [done[place] for place in range(len(lines))]


async def lay(work: Work, round_table_id: UUID, line: Line, *, externals: Sequence[ExternalId]) -> tuple[Card, bool]:
    """Take one card; say whether it is new. Raises what a refused line would have said."""
    (outcome,) = await deliver(work, round_table_id, [line])
    if outcome.problem is not None:
        raise outcome.problem
    card = outcome.card
    assert card is not None
    if outcome.new and externals:
        await external_ids.claim(work, cards.collection(round_table_id), card.id, externals)
        card.external_ids = [one.model_dump() for one in externals]
    return card, outcome.new


async def _evening(work: Work, round_table_id: UUID, lines: Iterable[Line]) -> _Evening:
    """Read what every line is checked against, once for all of them."""
    round_table = await operations.get(work, round_table_id, share=True)
    tables = await repository.parts(work, LanguageTable, round_table.id)
    named = {line.participant for line in lines if line.participant}
    allowed: set[UUID] = set()
    unknown: Problem | None = None
    try:
        allowed = await _consenting(work, named)
    except clients.ConsentUnknown as problem:  # only the lines that name somebody wait; the others are taken
        unknown = problem
    return _Evening(round_table, frozenset(table.id for table in tables), frozenset(allowed), unknown)


async def _consenting(work: Work, named: set[UUID]) -> set[UUID]:
    if not named:
        return set()
    found = await clients.allowed(work, named, organisation=work.organisation, purpose="assessment")
    return found | await clients.allowed(work, named, organisation=work.organisation, purpose="matching")


def _row(work: Work, evening: _Evening, line: Line) -> dict[str, Any] | Problem:
    """Return the card that a line makes, or why it is refused."""
    said = dict(line.told)
    image, category, written_at = said.pop("image"), said.pop("category"), said.pop("written_at")
    try:
        if line.table_id not in evening.tables:
            raise NotFound("There is no such table at this round table.")
        _check_person(evening, line.participant)
        dated = cards.when_taken(evening.round_table, written_at, now=work.now)
        placed = cards.on_image(evening.round_table, image=image, category=category)
    except Problem as problem:
        return problem
    return {
        "id": work.new_id(), "round_table_id": evening.round_table.id, "table_id": line.table_id,
        "device_card_id": line.card_id, "external_ids": [], "wordings": [], "handled": False, "version": 1,
        "created_at": work.now, "updated_at": work.now, **said, **dated, **placed,
    }  # fmt: skip


def _check_person(evening: _Evening, person: UUID | None) -> None:
    if person is None or person in evening.allowed:
        return
    if evening.unknown is not None:
        raise evening.unknown
    raise Invalid.field("/participant_id", "is unknown here, or has not consented to this towards your organisation")


async def _keep(
    work: Work, round_table: RoundTable, rows: dict[UUID, tuple[int, dict[str, Any]]]
) -> dict[int, Outcome]:
    """Store the rows that are new, and meet the cards that the others are about."""
    # One order for everybody: two devices that deliver the same cards wait for each other, never in a circle.
    numbers = sorted(rows)
    made = await delivered.add_new(work, [rows[number][1] for number in numbers])
    met = await delivered.by_device_ids(work, round_table.id, numbers)
    done = {}
    for number in numbers:
        place, row = rows[number]
        card = met[number]
        if number in made:
            await cards.tell(work, "card.created", card)
            done[place] = Outcome("kept", card, new=True)
        else:
            done[place] = await _meet(work, round_table, card, row)
    return done


async def _meet_or_refuse(work: Work, round_table: RoundTable, line: Line, row: dict[str, Any] | Problem) -> Outcome:
    """Meet the card that is known by this number; what is refused but was delivered before is known all the same."""
    card = (await delivered.by_device_ids(work, round_table.id, [line.card_id])).get(line.card_id)
    if isinstance(row, dict):
        assert card is not None  # the first line about it was kept
        return await _meet(work, round_table, card, row)
    if card is not None and _delivered_before(card, line):
        return Outcome("known", card)
    return Outcome("refused", problem=row)


def _delivered_before(card: Card, line: Line) -> bool:
    said = line.told
    image = said["image"] or said["category"]
    return (card.text, card.language, card.question) == (
        said["text"],
        said["language"],
        said["question"],
    ) and image in (
        card.image,
        card.category,
    )


async def _meet(work: Work, round_table: RoundTable, card: Card, row: dict[str, Any]) -> Outcome:
    """Take another wording of a known card, or keep it beside the card."""
    meeting = domain.meet(card, row)
    if meeting == "known":
        return Outcome("known", card)
    if card.deleted_at is not None:
        return Outcome("refused", problem=domain.CardDeleted())
    try:
        domain.check_room(card, row)
    except Problem as problem:
        return Outcome("refused", problem=problem)
    if meeting == "newer":
        kept = domain.with_wording(card, domain.present_wording(card), "replaced")
        card.change(work.now, wordings=kept, **cards.taken_words(card, row))
        await cards.tell(work, "card.changed", card)
        await cards.follow(work, round_table, card)
        return Outcome("kept", card)
    card.change(work.now, wordings=domain.with_wording(card, row, "replaced" if meeting == "older" else "conflict"))
    await cards.tell(work, "card.changed", card)
    return Outcome("known" if meeting == "older" else "conflict", card)
