"""Many evenings together, as numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.assessments.round_tables.attendance.domain import AttendanceLike, attendances


@dataclass(frozen=True, slots=True)
class Community:
    """A language community: people who came, at how many evenings, and the cards laid at its tables."""

    language: str
    people: int
    evenings: int
    cards: int


@dataclass(frozen=True, slots=True)
class Report:
    """How many evenings and people, of which kinds and languages, and the cards by question."""

    evenings: int
    people: int
    named: int
    counted: int
    by_kind: Mapping[str, int]
    communities: Sequence[Community]
    people_without_language: int
    cards: Mapping[int, int]


def report(
    *,
    evenings: int,
    lines: Iterable[AttendanceLike],
    cards: Iterable[tuple[str, int, int]],
    tables: Iterable[tuple[UUID, str]],
) -> Report:
    """Return the report of some evenings.

    `lines` are their attendance, `cards` counts by table language and question, `tables` the language of each table
    with its evening. A language community is one that sat at a table of its own; people of other languages, such as
    the hosts', are counted among all, not as a community.
    """
    came = attendances(lines)
    sat: dict[str, set[UUID]] = {}
    for evening, language in tables:
        sat.setdefault(language, set()).add(evening)
    by_language, by_question = _cards(cards)
    communities = [
        Community(language, came.by_language.get(language, 0), len(at), by_language[language])
        for language, at in sorted(sat.items())
    ]
    unsaid = came.people - sum(came.by_language.values())
    return Report(
        evenings, came.people, came.named, came.counted, came.by_kind, communities, unsaid,
        {question: by_question[question] for question in (1, 2)},
    )  # fmt: skip


def _cards(cards: Iterable[tuple[str, int, int]]) -> tuple[Counter[str], Counter[int]]:
    by_language: Counter[str] = Counter()
    by_question: Counter[int] = Counter()
    for language, question, count in cards:
        by_language[language] += count
        by_question[question] += count
    return by_language, by_question
