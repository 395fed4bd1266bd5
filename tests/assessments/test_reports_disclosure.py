"""What may be counted: every answer is a sum of grains behind which stand enough people, whoever asks what."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.assessments.reports.disclosure import Atom, Cell, Entry, Keeps, partition
from services.assessments.reports.domain import DIMENSIONS, Asked, Dimension, Gap, WrongGrouping, gaps, grouping

K = 3
_KEEPS: Sequence[Keeps] = ("category", "language", "area")
_kept = pytest.mark.parametrize("keeps", _KEEPS)
_CELLS = st.builds(
    Cell,
    month=st.sampled_from(["2026-08", "2026-09", "2026-10"]),
    area=st.sampled_from([None, "Mill Lane"]),
    language=st.sampled_from(["en", "ti"]),
    category=st.sampled_from(["food", "sport"]),
    concept=st.sampled_from([None, "bake"]),
)
_ENTRIES = st.lists(
    st.builds(
        Entry,
        kind=st.sampled_from(["need", "capability"]),
        cell=_CELLS,
        contributor=st.integers(0, 12),
        done=st.booleans(),
        published=st.booleans(),
    ),
    max_size=60,
)
_MEASURES = ("needs", "capabilities", "published", "met", "unmet", "unasked")


def _entry(person: Any, *, kind: Any = "need", done: bool = False, published: bool = False, **cell: Any) -> Entry:
    known = {"month": "2026-08", "area": None, "language": "en", "category": "food", "concept": None}
    return Entry(kind, Cell(**{**known, **cell}), person, done, published)


def _people(count: int, start: int = 0, **more: Any) -> list[Entry]:
    return [_entry(person, **more) for person in range(start, start + count)]


def _every_question() -> Iterable[Asked]:
    for group_by in [*combinations(DIMENSIONS, 1), *combinations(DIMENSIONS, 2)]:
        for category, language, area in product((None, "food"), (None, "ti"), (None, "Mill Lane")):
            named = {"category": category, "language": language, "area": area}
            equal: Any = {name: value for name, value in named.items() if value}
            yield Asked(group_by=group_by, equal=equal)
            yield Asked(group_by=group_by, equal=equal, period="month", since="2026-09")


def _numbers(rows: Sequence[Gap]) -> Iterable[tuple[str, int]]:
    for row in rows:
        for measure in _MEASURES:
            count = getattr(row, measure).count
            if count is not None:
                yield measure, count


def _of(atom: Atom, entry: Entry) -> bool:
    return entry.kind == atom.kind and entry.cell in atom.cells


@_kept
@settings(max_examples=150, deadline=None)
@given(_ENTRIES)
def test_every_grain_of_every_population_stands_for_enough_people(keeps: Keeps, entries: list[Entry]) -> None:
    found = partition(entries, threshold=K, keeps=keeps)
    left = [entry for entry in entries if not any(_of(atom, entry) for atom in found.atoms)]
    assert {(entry.kind, entry.cell.category) for entry in left} == found.left_over
    for kind in ("need", "capability"):
        assert len({entry.contributor for entry in left if entry.kind == kind}) < K
    for atom in found.atoms:
        inside = [entry for entry in entries if _of(atom, entry)]
        assert atom.total == len(inside)
        for (done, published), count in atom.parts.items():
            part = [e for e in inside if done in (None, e.done) and published in (None, e.published)]
            assert len(part) == count
            assert len({entry.contributor for entry in part}) >= K


@_kept
@settings(max_examples=100, deadline=None)
@given(_ENTRIES)
def test_no_entry_is_counted_in_two_atoms(keeps: Keeps, entries: list[Entry]) -> None:
    seen: defaultdict[str, set[Cell]] = defaultdict(set)
    for atom in partition(entries, threshold=K, keeps=keeps).atoms:
        assert not seen[atom.kind] & atom.cells
        seen[atom.kind] |= atom.cells


def _grains(entries: Sequence[Entry], keeps: Keeps) -> list[set[int]]:
    """Return, for each grain, the places of its entries."""
    found = []
    for atom in partition(entries, threshold=K, keeps=keeps).atoms:
        for done, published in atom.parts:
            part = {
                place
                for place, entry in enumerate(entries)
                if _of(atom, entry) and done in (None, entry.done) and published in (None, entry.published)
            }
            found.append(part)
    return found


@_kept
@settings(max_examples=60, deadline=None)
@given(_ENTRIES)
def test_every_answer_to_every_question_is_a_sum_of_whole_grains(keeps: Keeps, entries: list[Entry]) -> None:
    """Weigh each grain with a power of two, as if it held so many entries: a sum then names its grains."""
    found = partition(entries, threshold=K, keeps=keeps)
    weight = 1
    weighed = []
    for atom in found.atoms:
        parts = {}
        for part in atom.parts:
            parts[part] = weight
            weight *= 2
        weighed.append(Atom(atom.kind, atom.cells, parts))
    weighing = type(found)(weighed, found.left_over, keeps)
    every = {part: atom for atom in weighed for part in atom.parts.values()}
    for asked in _every_question():
        for _, count in _numbers(gaps(weighing, asked, threshold=K)):
            grains = [every[1 << place] for place in range(count.bit_length()) if count >> place & 1]
            assert sum(1 << place for place in range(count.bit_length()) if count >> place & 1) == count
            assert all(asked.holds(cell) for atom in grains for cell in atom.cells)


@_kept
@settings(max_examples=30, deadline=None)
@given(_ENTRIES)
def test_an_attacker_who_solves_all_answers_together_finds_nothing_smaller_than_a_grain(
    keeps: Keeps, entries: list[Entry]
) -> None:
    """The span of all answers lies in the span of the grains, in which no smaller set of entries lies."""
    grains = _grains(entries, keeps)
    span = np.zeros((len(grains), len(entries)))
    for row, grain in enumerate(grains):
        span[row, sorted(grain)] = 1
    rank = np.linalg.matrix_rank(span) if grains and entries else 0
    assert rank == len(grains)
    for person in {entry.contributor for entry in entries}:
        target = np.array([[float(entry.contributor == person) for entry in entries]])
        if grains:
            assert np.linalg.matrix_rank(np.vstack([span, target])) == rank + 1


@_kept
@settings(max_examples=25, deadline=None)
@given(_ENTRIES)
def test_no_difference_of_two_answers_isolates_fewer_people_than_the_threshold(
    keeps: Keeps, entries: list[Entry]
) -> None:
    """By brute force over all pairs, with what each answer truly counts."""
    answers = {frozenset[int]()}
    grains = _grains(entries, keeps)
    found = partition(entries, threshold=K, keeps=keeps)
    for asked in _every_question():
        for row in gaps(found, asked, threshold=K):
            key = tuple(row.key[dimension] for dimension in asked.group_by)
            inside = [
                grain
                for grain in grains
                if all(asked.holds(entries[one].cell) and asked.key(entries[one].cell) == key for one in grain)
            ]
            for kind in ("need", "capability"):
                counted = frozenset(one for grain in inside for one in grain if entries[one].kind == kind)
                if counted and getattr(row, "needs" if kind == "need" else "capabilities").count == len(counted):
                    answers.add(counted)
    for one, other in combinations(answers, 2):
        for rest in (one - other, other - one):
            assert not rest or len({entries[place].contributor for place in rest}) >= K


@_kept
@settings(max_examples=60, deadline=None)
@given(_ENTRIES)
def test_a_row_that_lacks_anything_says_so_and_never_calls_many_few(keeps: Keeps, entries: list[Entry]) -> None:
    found = partition(entries, threshold=K, keeps=keeps)
    for asked in _every_question():
        for row in gaps(found, asked, threshold=K):
            key = tuple(row.key[dimension] for dimension in asked.group_by)
            lacking = set()
            for kind, shown in (("need", row.needs), ("capability", row.capabilities)):
                inside = [e for e in entries if e.kind == kind and asked.holds(e.cell) and asked.key(e.cell) == key]
                lacking |= {entry.contributor for entry in inside if len(inside) > (shown.count or 0)}
                few = shown.shown == f"fewer than {K}"
                assert not few or len({entry.contributor for entry in inside}) < K
            assert row.withheld or not lacking
            assert row.people != f"fewer than {K}" or len(lacking) < K


@_kept
@settings(max_examples=60, deadline=None)
@given(_ENTRIES)
def test_a_language_or_area_that_is_hidden_looks_like_one_where_nobody_is(keeps: Keeps, entries: list[Entry]) -> None:
    found = partition(entries, threshold=K, keeps=keeps)

    def asked(category: str, name: Dimension, value: str) -> Gap:
        question = Asked(equal={"category": category, name: value})
        return gaps(found, question, threshold=K, rows=[(category,)])[0]

    small: Sequence[tuple[Dimension, str]] = (("language", "ti"), ("area", "Mill Lane"))
    for category, (name, value) in product(("food", "sport"), small):
        here, nowhere = asked(category, name, value), asked(category, name, "?")
        assert here.needs.count or here.needs == nowhere.needs
        assert here.capabilities.count or here.capabilities == nowhere.capabilities


def test_the_partition_does_not_depend_on_the_order_in_which_entries_are_read() -> None:
    entries = [*_people(4), *_people(2, 10, language="ti"), *_people(2, 20, language="prs")]
    assert set(_shape(entries)) == set(_shape(entries[::-1]))


def _shape(entries: Sequence[Entry]) -> list[tuple[frozenset[Cell], int]]:
    return [(atom.cells, atom.total) for atom in partition(entries, threshold=K).atoms]


def test_a_later_quarter_leaves_the_atoms_of_earlier_ones_alone() -> None:
    past = [*_people(4, month="2026-02"), *_people(2, 10, month="2026-05")]
    later = [*past, *_people(2, 20, month="2026-08")]
    assert _shape(past)[0] in _shape(later)
    assert [atom.total for atom in partition(later, threshold=K).atoms] == [4, 4]


def test_many_entries_of_one_person_stay_hidden() -> None:
    found = gaps(partition([_entry("a") for _ in range(20)], threshold=K), Asked(), threshold=K)
    assert [(row.needs.count, row.needs.shown) for row in found] == [(None, "fewer than 3")]


def test_a_language_of_few_is_counted_in_the_category_but_not_by_itself() -> None:
    entries = [*_people(4), *_people(2, 10, language="ti"), *_people(2, 20, language="prs")]
    found = partition(entries, threshold=K)
    (whole,) = gaps(found, Asked(), threshold=K)
    assert (whole.needs.count, whole.withheld) == (8, False)
    (english,) = gaps(found, Asked(group_by=("language",)), threshold=K)
    assert (english.key, english.needs.count, english.withheld) == ({"language": "en"}, 4, True)


def _small_town() -> list[Entry]:
    """Return one area in one quarter: 50 people in each of three languages, each with a need of one of 19 categories."""
    return [
        _entry((language, person), language=language, category=f"c{7 * person % 19}", done=person % 5 == 0)
        for language, person in product(("de", "fr", "uk"), range(50))
    ]


def test_where_languages_are_kept_a_small_town_sees_nearly_all_of_its_needs_by_language() -> None:
    entries = _small_town()
    shown: dict[Keeps, int] = {}
    for keeps in _KEEPS:
        rows = gaps(partition(entries, threshold=5, keeps=keeps), Asked(group_by=("language",)), threshold=5)
        shown[keeps] = sum(row.needs.count or 0 for row in rows)
    assert shown["category"] < 0.2 * len(entries) < 0.95 * len(entries) <= shown["language"]


def test_a_category_of_many_that_is_joined_with_others_is_not_said_to_be_of_few() -> None:
    entries = [
        _entry((language, category, person), language=language, category=category)
        for language, category, person in product(("en", "ti"), ("food", "sport"), range(2))
    ]
    found = partition(entries, threshold=K, keeps="language")
    rows = gaps(found, Asked(), threshold=K)
    assert [(row.key["category"], row.needs.shown, row.people, row.withheld) for row in rows] == [
        ("food", "withheld", "withheld", True), ("sport", "withheld", "withheld", True),
    ]  # fmt: skip
    by_language = gaps(found, Asked(group_by=("language",)), threshold=K)
    assert [(row.needs.shown, row.withheld) for row in by_language] == [("4", False), ("4", False)]


def test_whether_a_small_cell_holds_anybody_is_not_told() -> None:
    entries = [*_people(4), *_people(1, 10, language="ti")]
    found = partition(entries, threshold=K)

    def asked(language: str) -> Gap:
        question = Asked(equal={"language": language})
        return gaps(found, question, threshold=K, rows=[("food",)])[0]

    assert asked("ti") == asked("prs")


@pytest.mark.parametrize(("met", "expected"), [(0, (0, 8)), (1, (None, None)), (3, (3, 5)), (6, (None, None))])
def test_met_and_unmet_are_told_when_both_stand_for_enough_people(met: int, expected: tuple[Any, Any]) -> None:
    entries = [_entry(person, done=person < met) for person in range(8)]
    (row,) = gaps(partition(entries, threshold=K), Asked(), threshold=K)
    assert (row.met.count, row.unmet.count) == expected


def test_published_is_not_told_where_met_could_be_subtracted_from_it() -> None:
    entries = [_entry(person, done=person < 4, published=person < 5) for person in range(9)]
    (row,) = gaps(partition(entries, threshold=K), Asked(), threshold=K)
    assert (row.met.count, row.published.count) == (4, None)


def test_needs_and_capabilities_are_not_enough_people_together() -> None:
    entries = [*_people(2), *_people(4, 10, kind="capability")]
    (row,) = gaps(partition(entries, threshold=K), Asked(), threshold=K)
    assert (row.needs.count, row.capabilities.count) == (None, 4)


@pytest.mark.parametrize("text", ["", "food", "area,area", "area,language,period,category"])
def test_a_grouping_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(WrongGrouping):
        grouping(text)
