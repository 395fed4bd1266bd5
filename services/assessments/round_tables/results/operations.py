"""The results of an evening: as they stand, and published, frozen as they were then."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.assessments.models import Attendance, Card, CardGroup, LanguageTable, RoundTable, Vote
from services.assessments.round_tables import domain as evening
from services.assessments.round_tables import naming, operations, repository
from services.assessments.round_tables.attendance.domain import attendances
from services.assessments.round_tables.plenary import domain as plenary
from services.assessments.round_tables.plenary import repository as seen
from services.assessments.round_tables.results import domain
from services.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Standing:
    """The results as they stand now."""

    round_table: RoundTable
    answers: Sequence[evening.Answers]
    groups: Mapping[UUID, CardGroup]
    priorities: Sequence[plenary.Priority]
    cards: Sequence[Card]
    votes: Sequence[Vote]


async def standing(work: Work, round_table_id: UUID, *, lock: bool = False) -> Standing:
    """Return what the tables said, grouped by question, image and table, and the groups by dots."""
    round_table = await operations.get(work, round_table_id, lock=lock)
    cards = await repository.parts(work, Card, round_table.id)
    groups = await seen.groups(work, round_table.id)
    votes = await seen.votes(work, round_table.id)
    known = {group.id: group for group in groups}
    return Standing(round_table, evening.results(cards), known, plenary.priorities(groups, votes), cards, votes)


async def publish(work: Work, round_table_id: UUID, *, language: str) -> domain.Published:
    """Freeze the results in every language that sat there. Raises NotInPlenary, ResultsPublished."""
    found = await standing(work, round_table_id, lock=True)
    round_table = found.round_table
    plenary.check_groupable(round_table.state)
    if round_table.published_at is not None:
        raise domain.ResultsPublished
    tables = await repository.parts(work, LanguageTable, round_table.id)
    came = attendances(await repository.parts(work, Attendance, round_table.id))
    sat = [round_table.host_language, *(table.language for table in tables), *round_table.languages]
    frozen = _frozen(found, languages=list(dict.fromkeys(sat)), people=came.people)
    round_table.change(work.now, published_at=work.now, published_results=frozen)
    await work.record("round_table.results_published", round_table.id)
    return _read(found.round_table, found.cards, language)


async def published(work: Work, round_table_id: UUID, *, language: str) -> domain.Published:
    """Return the published results in a language that sat there, else in the evening's. Raises ResultsNotPublished."""
    round_table = await operations.get(work, round_table_id)
    if round_table.published_at is None:
        raise domain.ResultsNotPublished
    return _read(round_table, await seen.seen_cards(work, round_table.id), language)


def _read(round_table: RoundTable, cards: Sequence[Card], language: str) -> domain.Published:
    frozen, at = round_table.published_results, round_table.published_at
    assert frozen is not None
    assert at is not None
    return domain.read_frozen(
        frozen,
        language=domain.chosen(frozen["languages"], language, host=round_table.host_language),
        readable=(str(card.id) for card in cards),
        title=round_table.title,
        starts_at=round_table.starts_at,
        published_at=at,
    )


def _frozen(found: Standing, *, languages: list[str], people: int) -> dict[str, Any]:
    """Return the results as they are kept: only what the plenary has seen, without who wrote it."""
    shown = [card for card in found.cards if card.visibility == "plenary"]
    questions = [
        _question(found, number, texts, languages, [card for card in shown if card.question == number])
        for number, texts in enumerate(found.round_table.questions, start=1)
    ]
    return {
        "languages": languages,
        "people": people,
        "voters": sum(bool(vote.dots) for vote in found.votes),
        "dots": sum(one.dots for one in found.priorities),
        "questions": questions,
        "cards": {str(card.id): _card(card) for card in shown},
    }


def _card(card: Card) -> dict[str, Any]:
    return {name: getattr(card, name) for name in ("text", "language", "translation", "image", "question")}


def _question(
    found: Standing, number: int, texts: Mapping[str, str], languages: Sequence[str], shown: Sequence[Card]
) -> dict[str, Any]:
    all_cards = [card for card in found.cards if card.question == number]
    on_image = Counter(card.image for card in all_cards)
    held = {card.group_id for card in all_cards}  # a group whose cards were all moved elsewhere is only a leftover
    in_groups = [one for one in found.priorities if one.question == number and (one.dots or one.group in held)]
    return {
        "question": number,
        "texts": dict(texts),
        "count": len(all_cards),
        "images": [
            {"image": image, "labels": _labels({}, None, image, languages), "count": count}
            for image, count in on_image.most_common()
        ],
        "groups": [_group(found.groups[one.group], one, all_cards, languages) for one in in_groups],
        "others": [str(card.id) for card in shown if card.group_id not in found.groups],
    }


def _group(
    group: CardGroup, place: plenary.Priority, cards: Sequence[Card], languages: Sequence[str]
) -> dict[str, Any]:
    mine = [card for card in cards if card.group_id == group.id]
    said = {name: getattr(place, name) for name in ("dots", "share", "rank", "tied")}
    labels = _labels(group.labels, group.concept, group.image, languages)
    shown = [str(card.id) for card in mine if card.visibility == "plenary"]
    return {"id": str(group.id), "labels": labels, "count": len(mine), "cards": shown, **said}


def _labels(own: Mapping[str, str], concept: str | None, image: str | None, languages: Sequence[str]) -> dict[str, str]:
    """Return what it is called in each language that sat there, as far as anybody has named it so."""
    called = [naming.group_named(own, concept=concept, image=image, language=tongue) for tongue in languages]
    return {**own, **{one.language: one.text for one in called}}
